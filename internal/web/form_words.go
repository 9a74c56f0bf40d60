package web

import (
	"strings"

	"github.com/a-h/templ"
)

// describe ties a control to its help and to what is wrong with it.
func (v *visit) describe(f formField) templ.Attributes {
	a := templ.Attributes{}
	var by []string
	if f.problem != "" {
		a["aria-invalid"] = "true"
		by = append(by, f.id+"-bad")
	}
	if f.help != "" {
		by = append(by, f.id+"-help")
	}
	if len(by) > 0 {
		a["aria-describedby"] = strings.Join(by, " ")
	}
	if f.mode != "" {
		a["inputmode"] = f.mode
	}
	if f.list != "" {
		a["list"] = f.list
	}
	return a
}

// gradeWords spells a source's grade out: how reliable it is, how credible the
// report.
func (v *visit) gradeWords(grade string) string {
	if len(grade) != 2 || !v.Words.Has("common.grade."+grade[:1]) || !v.Words.Has("common.grade."+grade[1:]) {
		return grade
	}
	return v.t("common.grade."+grade[:1]) + "; " + v.t("common.grade."+grade[1:])
}
