package accounts

import (
	"context"
	"embed"
	"io/fs"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/kind"
)

//go:embed kinds/*.yaml
var definitions embed.FS

//go:embed sessions/*.sql
var sessionTables embed.FS

// Definitions are the kinds of this domain, as kind.Load reads them.
func Definitions() fs.FS { return definitions }

// SessionMigrations make the file sessions.db, as store.Open wants them.
func SessionMigrations() fs.FS {
	sub, err := fs.Sub(sessionTables, "sessions")
	if err != nil {
		return sessionTables // cannot be: the folder is built in
	}
	return sub
}

// The kinds that this package alone writes.
const (
	kindAccount = "account"
	kindGrant   = "grant"
	kindReading = "reading"
)

// Rules keep the desk from writing what only the service may: a form or a sheet
// could otherwise give somebody a role.
func Rules() []desk.Rule {
	var rules []desk.Rule
	for _, k := range []string{kindAccount, kindGrant, kindReading} {
		rules = append(rules, desk.Rule{Kind: k, Check: refuseAll})
	}
	return rules
}

func refuseAll(context.Context, desk.View, desk.Draft) ([]kind.Problem, error) {
	return []kind.Problem{{Code: "accounts-only"}}, nil
}

// Decides reports whether records of a kind say who may sign in and what for.
func Decides(kindID string) bool { return kindID == kindAccount || kindID == kindGrant }

// Notes reports whether records of a kind note who read what.
func Notes(kindID string) bool { return kindID == kindReading }

// Owns reports whether records of a kind are written by this package alone, so
// that no desk may strike or take them back either.
func Owns(kindID string) bool {
	return kindID == kindAccount || kindID == kindGrant || kindID == kindReading
}
