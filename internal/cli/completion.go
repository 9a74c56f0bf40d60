package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help says where the script goes.
func (completionCommand) Help() string {
	return example("konbit completion bash > /etc/bash_completion.d/konbit",
		`konbit completion zsh > "${fpath[1]}/_konbit"`,
		"konbit completion fish > ~/.config/fish/completions/konbit.fish")
}

// Run prints the script.
func (c completionCommand) Run(e *env) error {
	parser, err := newParser(&grammar{}, e.Getenv, e.Stdout)
	if err != nil {
		return err
	}
	list := words(parser.Model.Node)
	switch c.Shell {
	case "bash":
		fmt.Fprint(e.Stdout, bashScript(list))
	case "zsh":
		fmt.Fprint(e.Stdout, zshScript(list))
	default:
		fmt.Fprint(e.Stdout, fishScript(list))
	}
	return nil
}

// commandWords is what can follow one command.
type commandWords struct {
	path     []string // "claims", "check"; empty for the program alone
	help     string
	children []commandWords
	flags    []flagWords
	values   []string // of its argument
	files    bool     // its argument names a file
}

type flagWords struct {
	name   string
	help   string
	takes  bool
	values []string
	files  bool
}

// words reads the commands out of the grammar, each with the flags of all above it.
func words(n *kong.Node) commandWords {
	c := commandWords{help: n.Help}
	if n.Type == kong.CommandNode {
		c.path = strings.Fields(n.Path())
	}
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			c.flags = append(c.flags, flagWords{
				name: f.Name, help: f.Help, takes: !f.IsBool(), values: enum(f.Value), files: namesFile(f.PlaceHolder),
			})
		}
	}
	for _, p := range n.Positional {
		c.values = append(c.values, enum(p)...)
		c.files = c.files || p.Name == "file"
	}
	for _, child := range n.Children {
		c.children = append(c.children, words(child))
	}
	return c
}

func enum(v *kong.Value) []string {
	if v.Enum == "" {
		return nil
	}
	return v.EnumSlice()
}

func namesFile(placeholder string) bool {
	return slices.Contains([]string{"FILE", "DIR", "M.yaml"}, placeholder)
}

// all gives a command and those below it.
func (c *commandWords) all() []*commandWords {
	list := []*commandWords{c}
	for i := range c.children {
		list = append(list, c.children[i].all()...)
	}
	return list
}

func (c *commandWords) names() []string {
	var names []string
	for _, child := range c.children {
		names = append(names, child.path[len(child.path)-1])
	}
	return names
}

// offers are the words that may follow.
func (c *commandWords) offers() []string {
	list := slices.Concat(c.names(), c.values)
	for _, f := range c.flags {
		list = append(list, "--"+f.name)
	}
	return list
}

// bashScript finds the command that is being written, then offers what may
// follow it.
func bashScript(root commandWords) string {
	var b strings.Builder
	b.WriteString("# bash completion for konbit; made by: konbit completion bash\n_konbit() {\n" +
		"    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" path=\"\" word i\n" +
		"    for ((i = 1; i < COMP_CWORD; i++)); do\n        word=\"${COMP_WORDS[i]}\"\n        case \"$path $word\" in\n")
	for _, c := range root.all()[1:] {
		parent := strings.Join(c.path[:len(c.path)-1], " ")
		fmt.Fprintf(&b, "            %q) path=%q ;;\n", parent+" "+c.path[len(c.path)-1], strings.Join(c.path, " "))
	}
	b.WriteString("        esac\n    done\n    case \"$path $prev\" in\n")
	for _, c := range root.all() {
		for _, f := range c.flags {
			if label := fmt.Sprintf("%q", strings.Join(c.path, " ")+" --"+f.name); f.takes {
				fmt.Fprintf(&b, "        %s) %s; return ;;\n", label, bashReply(f.values, f.files))
			}
		}
	}
	b.WriteString("    esac\n    case \"$path\" in\n")
	for _, c := range root.all() {
		reply := bashReply(c.offers(), false)
		if c.files {
			reply = "[[ $cur == -* ]] && " + reply + " || " + bashReply(nil, true)
		}
		fmt.Fprintf(&b, "        %q) %s ;;\n", strings.Join(c.path, " "), reply)
	}
	b.WriteString("    esac\n}\ncomplete -o filenames -F _konbit konbit\n")
	return b.String()
}

func bashReply(values []string, files bool) string {
	if files {
		return `mapfile -t COMPREPLY < <(compgen -f -- "$cur")`
	}
	return fmt.Sprintf(`mapfile -t COMPREPLY < <(compgen -W %q -- "$cur")`, strings.Join(values, " "))
}

// zshScript gives each word with its help.
func zshScript(root commandWords) string {
	var b strings.Builder
	b.WriteString("#compdef konbit\n# zsh completion for konbit; made by: konbit completion zsh\n_konbit() {\n" +
		"    local path=\"\" word i\n    local -a offers\n" +
		"    for ((i = 2; i < CURRENT; i++)); do\n        word=\"${words[i]}\"\n        case \"$path $word\" in\n")
	for _, c := range root.all()[1:] {
		parent := strings.Join(c.path[:len(c.path)-1], " ")
		fmt.Fprintf(&b, "            %q) path=%q ;;\n", parent+" "+c.path[len(c.path)-1], strings.Join(c.path, " "))
	}
	b.WriteString("        esac\n    done\n    case \"$path ${words[CURRENT-1]}\" in\n")
	for _, c := range root.all() {
		for _, f := range c.flags {
			if !f.takes {
				continue
			}
			action := "_message value"
			switch {
			case f.files:
				action = "_files"
			case len(f.values) > 0:
				action = "compadd -- " + strings.Join(f.values, " ")
			}
			fmt.Fprintf(&b, "        %q) %s; return ;;\n", strings.Join(c.path, " ")+" --"+f.name, action)
		}
	}
	b.WriteString("    esac\n    case \"$path\" in\n")
	for _, c := range root.all() {
		fmt.Fprintf(&b, "        %q)\n            offers=(%s)\n            _describe -t words konbit offers", strings.Join(c.path, " "), zshOffers(c))
		if c.files {
			b.WriteString("\n            _files")
		}
		b.WriteString(" ;;\n")
	}
	b.WriteString("    esac\n}\ncompdef _konbit konbit\n")
	return b.String()
}

func zshOffers(c *commandWords) string {
	var list []string
	for _, child := range c.children {
		list = append(list, single(child.path[len(child.path)-1]+":"+child.help))
	}
	for _, v := range c.values {
		list = append(list, single(v))
	}
	for _, f := range c.flags {
		list = append(list, single("--"+f.name+":"+f.help))
	}
	return strings.Join(list, " ")
}

// single quotes a text for a shell.
func single(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// fishScript is a line a word.
func fishScript(root commandWords) string {
	var b strings.Builder
	b.WriteString("# fish completion for konbit; made by: konbit completion fish\ncomplete -c konbit -f\n")
	for _, c := range root.all() {
		when := fishWhen(c)
		for _, child := range c.children {
			fmt.Fprintf(&b, "complete -c konbit -n %s -a %s -d %s\n", when, child.path[len(child.path)-1], fishQuote(child.help))
		}
		for _, v := range c.values {
			fmt.Fprintf(&b, "complete -c konbit -n %s -a %s\n", when, v)
		}
		if c.files {
			fmt.Fprintf(&b, "complete -c konbit -n %s -F\n", when)
		}
		if len(c.children) > 0 && len(c.path) > 0 {
			continue
		}
		for _, f := range c.flags {
			takes := ""
			switch {
			case f.files:
				takes = " -r -F"
			case len(f.values) > 0:
				takes = " -x -a " + fishQuote(strings.Join(f.values, " "))
			case f.takes:
				takes = " -x"
			}
			fmt.Fprintf(&b, "complete -c konbit -n %s -l %s%s -d %s\n", when, f.name, takes, fishQuote(f.help))
		}
	}
	return b.String()
}

// fishWhen is the test for a command having been written.
func fishWhen(c *commandWords) string {
	if len(c.path) == 0 {
		return "__fish_use_subcommand"
	}
	var tests []string
	for _, word := range c.path {
		tests = append(tests, "__fish_seen_subcommand_from "+word)
	}
	if len(c.children) > 0 {
		tests = append(tests, "not __fish_seen_subcommand_from "+strings.Join(c.names(), " "))
	}
	return fishQuote(strings.Join(tests, "; and "))
}

func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
