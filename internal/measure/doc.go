// Package measure computes the defined figures of a mission.
//
// A [Definition] says in data what is counted: the kinds, the tests, the sign,
// the dimensions, what may never be added together, and the words of the
// definition in five languages. The [Engine] answers a [Query] at two dates:
// the event date ("at") and the date of knowledge ("known").
//
// Guarantees: a figure is computed from records and from nothing else; every
// row names the records behind it, and their number is the length of the list
// that [Engine.Records] gives. What cannot be decided (an event that may or may
// not have happened by then, a number nobody reported) is counted nowhere and
// listed in [Figure.Unknown]. No records give no rows and no total, never zero.
// Amounts are exact: whole ten-thousandths, added without rounding.
//
// The engine keeps the fields that measures use in columns in memory, loaded
// when first asked and kept current by [Engine.Changed]. It owns no table.
//
//	f, err := engine.Figure(ctx, access.Local(), measure.Query{
//		Mission: "m", Measure: "strength.present", By: []string{"contributor"}})
package measure
