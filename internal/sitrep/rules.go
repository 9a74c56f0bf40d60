package sitrep

import (
	"context"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/kind"
)

// Rules are what reports and inputs must hold beyond their kinds.
func Rules() []desk.Rule {
	return []desk.Rule{{Kind: kindReport, Check: checkReport}, {Kind: kindInput, Check: checkInput}}
}

// checkReport holds that three people drafted, checked and released it, in this
// order, and that what went out stays as it went out.
func checkReport(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	if v.New {
		if d.Fields["status"] != Draft {
			return []kind.Problem{{Field: "status", Code: "report-not-draft"}}, nil
		}
		return nil, nil
	}
	was, err := v.Get(ctx, kindReport, v.Key.Ref)
	if err != nil {
		return nil, err
	}
	before, status := was["status"].Text, d.Fields["status"]
	prepared, checked, released := d.Fields["prepared-by"], d.Fields["checked-by"], d.Fields["released-by"]
	switch {
	case before == Released:
		return []kind.Problem{{Field: "status", Code: "report-out"}}, nil
	case status == Checked && checked == prepared:
		return []kind.Problem{{Field: "checked-by", Code: "report-same-checker"}}, nil
	case status == Released && before != Checked:
		return []kind.Problem{{Field: "status", Code: "report-unchecked"}}, nil
	case status == Released && (released == prepared || released == checked):
		return []kind.Problem{{Field: "released-by", Code: "report-same-releaser"}}, nil
	case status == Released && (checked != was["checked-by"].Text || prepared != was["prepared-by"].Text):
		return []kind.Problem{{Field: "released-by", Code: "report-same-releaser"}}, nil
	}
	return nil, nil
}

// checkInput holds that a post says something: NIL is a statement, silence none.
func checkInput(_ context.Context, _ desk.View, d desk.Draft) ([]kind.Problem, error) {
	said, none := d.Fields["text"] != "", d.Fields["nil"] == "yes"
	if said == none {
		return []kind.Problem{{Field: "text", Code: "input-nil"}}, nil
	}
	return nil, nil
}
