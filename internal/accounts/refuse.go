package accounts

import (
	"strconv"
	"time"

	"konbit.org/konbit/internal/fail"
)

// refuse makes an error with a code that pages have words for.
func refuse(code string, kind fail.Kind, message, hint string) error {
	return &Refusal{Code: code, err: fail.New(kind, message, hint)}
}

// deny is a refusal of [fail.Denied].
func deny(code, message, hint string) error { return refuse(code, fail.Denied, message, hint) }

// invalid is a refusal of [fail.Invalid].
func invalid(code, message, hint string) error { return refuse(code, fail.Invalid, message, hint) }

// refusedSignIn is the same for every cause: a wrong name, a wrong password, a
// wrong or used code, a suspended account.
func refusedSignIn() error {
	return deny("sign-in", "the name, the password or the code is not right", "type them again; after several mistakes there is a wait. Somebody with the role admin can let you choose a new password")
}

func limited(wait time.Duration) error {
	seconds := strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10)
	return &Refusal{
		Code: "limited", Args: map[string]string{"seconds": seconds},
		err: fail.Newf(fail.Unavailable, "wait "+seconds+" seconds and try again", "too many attempts"),
	}
}

func (s *Service) readOnly() error {
	return fail.New(fail.Unavailable, "the data folder is open for reading only", "stop the konbit that is serving it, or do this on its pages")
}

func noAccount(name string) error {
	return refuse("unknown", fail.NotFound, "there is no account "+strconv.Quote(name), "konbit account list")
}

func mayNot(what string) error {
	return deny("may-not", "you may not "+what, "ask somebody with the role admin")
}
