package fail

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is, so that a caller can act on it
// without reading the message.
type Kind uint8

// The kinds. Internal is the zero value on purpose: an error nobody classified
// must never be shown to a reader in full.
const (
	Internal    Kind = iota // our defect or a fault of the machine
	Invalid                 // the input is wrong; the hint says how to mend it
	NotFound                // no such record, measure, mission, page
	Denied                  // the actor may not do or see this
	Conflict                // true for the author, but somebody else was there first
	Unavailable             // try again later: disk full, locked, shutting down
	Damaged                 // stored data does not verify
)

// String is the kind's stable name in problem documents and logs.
func (k Kind) String() string {
	names := [...]string{"internal", "invalid", "not-found", "denied", "conflict", "unavailable", "damaged"}
	if int(k) >= len(names) {
		return "internal"
	}
	return names[k]
}

// Error carries a kind, a message that stands alone, and a hint.
type Error struct {
	Kind    Kind
	Message string
	Hint    string // what to type or do; may be empty
	cause   error
}

// Error is the message followed by its cause.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.cause.Error()
}

// Unwrap gives the cause to [errors.Is] and [errors.As].
func (e *Error) Unwrap() error { return e.cause }

// New makes an error of a kind.
func New(kind Kind, message, hint string) error {
	return &Error{Kind: kind, Message: message, Hint: hint}
}

// Newf is New with a formatted message.
func Newf(kind Kind, hint, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Wrap classifies an error that came from below. A nil error stays nil.
func Wrap(kind Kind, err error, message, hint string) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Message: message, Hint: hint, cause: err}
}

// KindOf is the kind of the outermost classified error in the chain, or Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// HintOf is the first hint found in the chain, or "".
func HintOf(err error) string {
	for err != nil {
		e, ok := errors.AsType[*Error](err)
		if !ok {
			return ""
		}
		if e.Hint != "" {
			return e.Hint
		}
		err = e.cause
	}
	return ""
}

// Is reports whether the error's kind is k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
