package measure

import (
	"encoding/json"
	"time"
)

// unitMoney is the unit of measures whose values are kept apart by currency.
const unitMoney = "money"

type jsonTotal struct {
	Apart    string `json:"apart"`
	Currency string `json:"currency,omitempty"`
	Value    Amount `json:"value"`
	Records  int    `json:"records"`
}

type jsonRow struct {
	By       map[string]string `json:"by"`
	Apart    string            `json:"apart,omitempty"`
	Currency string            `json:"currency,omitempty"` // apart by its own name, for money
	Value    Amount            `json:"value"`
	Records  int               `json:"records"`
	Evidence []string          `json:"evidence"`
}

// MarshalJSON writes the figure as every script reads it: numbers digit for
// digit, times as RFC 3339 to the second, null for a total there is none of.
func (f Figure) MarshalJSON() ([]byte, error) {
	out := struct {
		Measure    string              `json:"measure"`
		Definition int                 `json:"definition"`
		Unit       string              `json:"unit"`
		Mission    string              `json:"mission"`
		From       string              `json:"from,omitempty"`
		At         string              `json:"at"`
		Known      string              `json:"known"`
		Where      map[string][]string `json:"where,omitempty"`
		Rows       []jsonRow           `json:"rows"`
		Total      *Amount             `json:"total"`
		Totals     []jsonTotal         `json:"totals,omitempty"`
		Converted  *jsonTotal          `json:"converted,omitempty"`
		Records    int                 `json:"records"`
		Unknown    []Unknown           `json:"unknown"`
		Unknowns   int                 `json:"unknowns"`
		Notes      []Note              `json:"notes"`
		Address    string              `json:"address"`
	}{
		Measure: f.Measure, Definition: f.Definition, Unit: f.Unit, Mission: f.Mission,
		At: f.At.Format(time.RFC3339), Known: f.Known.UTC().Format(time.RFC3339), Where: f.Where,
		Rows: []jsonRow{}, Total: f.Total, Records: f.Records, Unknown: f.Unknown, Unknowns: f.Unknowns,
		Notes: f.Notes, Address: f.Address,
	}
	if !f.From.IsZero() {
		out.From = f.From.Format(time.RFC3339)
	}
	for _, r := range f.Rows {
		evidence := r.Evidence
		if evidence == nil {
			evidence = []string{}
		}
		out.Rows = append(out.Rows, jsonRow{r.By, r.Apart, f.currency(r.Apart), r.Value, r.Records, evidence})
	}
	for _, t := range f.Totals {
		out.Totals = append(out.Totals, f.jsonTotal(t))
	}
	if f.Converted != nil {
		c := f.jsonTotal(*f.Converted)
		out.Converted = &c
	}
	if out.Unknown == nil {
		out.Unknown = []Unknown{}
	}
	if out.Notes == nil {
		out.Notes = []Note{}
	}
	return json.Marshal(out)
}

// currency is what keeps values of money apart, under the name scripts look for.
func (f Figure) currency(apart string) string {
	if f.Unit != unitMoney {
		return ""
	}
	return apart
}

func (f Figure) jsonTotal(t Total) jsonTotal {
	return jsonTotal{Apart: t.Apart, Currency: f.currency(t.Apart), Value: t.Value, Records: t.Records}
}

// MarshalJSON leaves out what is not known.
func (u Unknown) MarshalJSON() ([]byte, error) {
	out := struct {
		Code   string  `json:"code"`
		Record string  `json:"record,omitempty"`
		Value  *Amount `json:"value,omitempty"`
		From   string  `json:"from,omitempty"`
		Until  string  `json:"until,omitempty"`
	}{Code: u.Code, Record: u.Record, Value: u.Value}
	if !u.From.IsZero() {
		out.From = u.From.Format(time.RFC3339)
	}
	if !u.Until.IsZero() {
		out.Until = u.Until.Format(time.RFC3339)
	}
	return json.Marshal(out)
}
