// Package accounts is who may sign in, and what they were given: accounts,
// grants, sessions and the audit of both.
//
// Accounts and grants are records of the node's own mission, so that a pack
// carries them to a post and its people can sign in there without a link. What
// proves who somebody is (a password's hash, the secret of their app, the public
// keys of their passkeys) is sealed with the account's own key and passes no
// door. Only this package writes the kinds account, grant and reading; only it
// writes the file sessions.db, which holds what belongs to this node alone:
// sessions, challenges under way and failed attempts.
//
// Nobody gives anything to themselves, and nobody recovers their own account: a
// second person does. What an account may do with its roles is decided by
// [access.Guard], not here.
package accounts
