package access

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/fail"
)

//go:embed policies
var shipped embed.FS

// rule is one policy with the sentence it stands for.
type rule struct {
	Rule
	policy *cedar.Policy
}

// rulebook is a set of rules and the groups they speak of.
type rulebook struct {
	rules    []rule
	groups   groups
	literals map[string]bool // texts that the rules compare with
	single   []string        // refs of records that a rule names
}

// groups name several roles, or actions, at once. They stand in groups.yaml.
type groups struct {
	Roles   map[string][]Role   `yaml:"roles"`
	Actions map[string][]Action `yaml:"actions"`
}

// All makes the rules something Cedar can go through.
func (b *rulebook) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for i := range b.rules {
			if !yield(cedar.PolicyID(b.rules[i].ID), b.rules[i].policy) {
				return
			}
		}
	}
}

// named gives the rule of an id.
func (b *rulebook) named(id string) []Rule {
	for i := range b.rules {
		if b.rules[i].ID == id {
			return []Rule{b.rules[i].Rule}
		}
	}
	return nil
}

// Rules are the rules that hold in a mission, in the order of their files.
func (g *Guard) Rules(mission string) []Rule {
	var out []Rule
	for _, r := range g.rules(mission).rules {
		out = append(out, r.Rule)
	}
	return out
}

func readRules(folders ...fs.FS) (*rulebook, error) {
	b := &rulebook{literals: map[string]bool{}, groups: groups{Roles: map[string][]Role{}, Actions: map[string][]Action{}}}
	for _, folder := range folders {
		if err := b.read(folder); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// with gives the rules of the house and those of a folder.
func (b *rulebook) with(folder fs.FS) (*rulebook, error) {
	own := &rulebook{rules: slices.Clone(b.rules), single: slices.Clone(b.single), literals: maps.Clone(b.literals), groups: groups{
		Roles: maps.Clone(b.groups.Roles), Actions: maps.Clone(b.groups.Actions),
	}}
	return own, own.read(folder)
}

// owners are those that a rule may name: they are asked for one by one.
func (b *rulebook) owners() []string {
	out := []string{"mission", "host", "fund"}
	for text := range b.literals {
		if country.MatchString(text) {
			out = append(out, text)
		}
	}
	slices.Sort(out[3:])
	return out
}

func (b *rulebook) read(folder fs.FS) error {
	if err := b.readGroups(folder); err != nil {
		return err
	}
	files, err := fs.Glob(folder, "policies/*.cedar")
	if err != nil {
		return err
	}
	var all []error
	for _, file := range files {
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			return err
		}
		all = append(all, b.readFile(path.Base(file), text))
	}
	return errors.Join(all...)
}

func (b *rulebook) readGroups(folder fs.FS) error {
	text, err := fs.ReadFile(folder, "policies/groups.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var more groups
	if err := yaml.Unmarshal(text, &more); err != nil {
		return fail.Wrap(fail.Invalid, err, "policies/groups.yaml cannot be read", "see docs/formats/policy.md")
	}
	for name, roles := range more.Roles {
		b.groups.Roles[name] = append(slices.Clone(b.groups.Roles[name]), roles...)
	}
	for name, actions := range more.Actions {
		b.groups.Actions[name] = append(slices.Clone(b.groups.Actions[name]), actions...)
	}
	return nil
}

func (b *rulebook) readFile(name string, text []byte) error {
	list, err := cedar.NewPolicyListFromBytes(name, text)
	if err != nil {
		return fail.Wrap(fail.Invalid, err, name+" cannot be read", "see docs/formats/policy.md for how a policy is written")
	}
	if err := checkText(name, string(text)); err != nil {
		return err
	}
	for _, p := range list {
		r := rule{policy: p, Rule: Rule{
			ID: string(p.Annotations()["id"]), Says: string(p.Annotations()["says"]), File: fmt.Sprintf("%s:%d", name, p.Position().Line),
		}}
		if r.ID == "" || r.Says == "" {
			return fail.Newf(fail.Invalid, `begin it with @id("…") and @says("…")`, "%s: the policy has no name or no sentence", r.File)
		}
		if i := slices.IndexFunc(b.rules, func(o rule) bool { return o.ID == r.ID }); i >= 0 {
			return fail.Newf(fail.Invalid, "give it another @id", "%s: %s stands in %s already", r.File, r.ID, b.rules[i].File)
		}
		b.rules = append(b.rules, r)
	}
	for _, m := range oneRef.FindAllStringSubmatch(string(text), -1) {
		b.single = append(b.single, m[1])
	}
	for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
		b.literals[m[1]] = true
	}
	return nil
}

var (
	literal = regexp.MustCompile(`"([^"]*)"`)
	oneRef  = regexp.MustCompile(`resource\.ref\s*==\s*"([^"]*)"`)
	country = regexp.MustCompile(`^[A-Z]{3}$`)
	// attribute finds what a policy asks of the one who asks and of the record.
	attribute = regexp.MustCompile(`\b(resource|principal)\.(\w+)`)
	wildcard  = regexp.MustCompile(`resource\.(owner|ref|mission)\s+like`)
)

// checkText refuses what Cedar would pass over in silence when it decides: a
// rule that forbids and cannot be worked out would not forbid.
func checkText(name, text string) error {
	for i, line := range strings.Split(text, "\n") {
		if c := strings.Index(line, "//"); c >= 0 {
			line = line[:c]
		}
		for _, m := range attribute.FindAllStringSubmatch(line, -1) {
			if !slices.Contains(attributes(m[1]), m[2]) {
				return fail.Newf(fail.Invalid, "there is: "+strings.Join(attributes(m[1]), ", "), "%s:%d: %s has no %s", name, i+1, m[1], m[2])
			}
		}
		if wildcard.MatchString(line) {
			return fail.Newf(fail.Invalid, "compare it with ==", "%s:%d: an owner, a ref or a mission is compared as a whole", name, i+1)
		}
	}
	return nil
}
