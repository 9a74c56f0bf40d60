package kind_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/kind"
)

func TestCheckReadsEveryType(t *testing.T) {
	tests := []struct{ name, field, raw, want string }{
		{"text is trimmed of blanks of every sort", "text", "\u00a0 a\tb\r\nc \ufeff", "a b\nc"},
		{"text is put in normal form C", "text", "re\u0301gion", "région"},
		{"a code in small letters", "choice", "in", "IN"},
		{"a code with a blank for its hyphen", "choice", "on leave", "ON-LEAVE"},
		{"a label in another language", "choice", "arrivée", "IN"},
		{"a label without its accent", "choice", "Arrivee", "IN"},
		{"a country by alpha-2", "state", "ke", "KEN"},
		{"a country by alpha-3", "state", "ken", "KEN"},
		{"a country by its French name", "state", "Salvador", "SLV"},
		{"a country by its Creole name", "state", "Jamayik", "JAM"},
		{"a country by its Swahili name", "state", "Marekani", "USA"},
		{"a country with the other apostrophe", "state", "Cote d'Ivoire", "CIV"},
		{"a whole number", "number", "217", "217"},
		{"a whole number with leading zeros", "number", "+007", "7"},
		{"a whole number as a spreadsheet exports it", "number", "217.0", "217"},
		{"groups by blanks", "number", "12 345", "12345"},
		{"groups by narrow no-break space", "number", "1\u202f234", "1234"},
		{"groups by comma that can be nothing else", "number", "1,000,000", "1000000"},
		{"a decimal keeps its digits", "quantity", "0.10000000000000000001", "0.10000000000000000001"},
		{"a decimal loses idle zeros", "quantity", "-007.500", "-7.5"},
		{"no negative zero", "quantity", "-0.00", "0"},
		{"a typographic minus", "quantity", "\u22125", "-5"},
		{"both separators together", "quantity", "1,234.56", "1234.56"},
		{"a date", "date", "2025-02", "2025-02"},
		{"an approximate date", "date", "2025-03-31~", "2025-03-31~"},
		{"an interval", "date", "2024-06-25/2024-07-16", "2024-06-25/2024-07-16"},
		{"a date-time group", "at", "251630QMAR25", "2025-03-25T16:30:00-04:00"},
		{"a date-time group with blanks", "at", "25 1630z mar 25", "2025-03-25T16:30:00Z"},
		{"an instant with its offset", "at", "2025-03-25t16:30-04:00", "2025-03-25T16:30:00-04:00"},
		{"a local time in the mission's zone", "at", "2025-01-25 16:30", "2025-01-25T16:30:00-05:00"},
		{"a reference", "other", " a-1 ", "a-1"},
		{"a point", "point", "18.5392000 , -72.33640049", "18.5392,-72.3364"},
		{"a flag", "flag", "Wi", "yes"},
		{"a flag in Swahili", "flag", "hapana", "no"},
		{"a list", "list", " a | b||a ", "a|b"},
		{"a list of languages", "languages", "Kiswahili|créole haïtien|en", "sw|ht|en"},
		{"a list of nothing", "list", "| |", ""},
		{"a link", "link", "https://example.org/a?b=c", "https://example.org/a?b=c"},
		{"a zone letter", "zone", "q", "Q"},
		{"a zone name", "zone", "Africa/Nairobi", "Africa/Nairobi"},
		{"an owner by name", "owner", "Belice", "BLZ"},
		{"an owner that is no country", "owner", "Fund", "fund"},
		{"a marking", "marking", "Publik", ""},
		{"a marking in Creole", "marking", "piblik", "public"},
		{"a measure", "measure", "strength.present", "strength.present"},
	}
	k := sampleKind(t)
	env := kind.Env{Location: zone(t, "America/New_York"), Codes: map[string][]string{"measures": {"strength.present"}}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := k.Check(map[string]string{tt.field: tt.raw}, env)
			if tt.want != "" && len(problems) > 0 {
				t.Errorf("refused: %v", problems)
			}
			if got[tt.field] != tt.want {
				t.Errorf("got %q, want %q", got[tt.field], tt.want)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	long := strings.Repeat("é", 21)
	tests := []struct {
		name string
		raw  map[string]string
		want string // field=code
	}{
		{"a column it does not know", map[string]string{"txet": "x"}, "txet=unknown-column"},
		{"an envelope column among the fields", map[string]string{"reported": "2025"}, "reported=unknown-column"},
		{"a text that is too long, counted in characters", map[string]string{"text": long}, "text=too-long"},
		{"lost letters", map[string]string{"text": "caf\xe9"}, "text=encoding"},
		{"letters that were lost before", map[string]string{"text": "caf\ufffd"}, "text=encoding"},
		{"a control character", map[string]string{"text": "a\x00b"}, "text=control"},
		{"text that shows otherwise than it is", map[string]string{"text": "a\u202eb"}, "text=control"},
		{"a line break in a code", map[string]string{"choice": "I\nN"}, "choice=control"},
		{"a code it does not know", map[string]string{"choice": "SIDEWAYS"}, "choice=choice"},
		{"a slip of the pen, with what was meant", map[string]string{"choice": "onleeve"}, "choice=choice-near"},
		{"a country it does not know", map[string]string{"state": "Caricom"}, "state=country"},
		{"a misspelt country", map[string]string{"state": "Jamaca"}, "state=country-near"},
		{"a sign that several currencies share", map[string]string{"currency": "$"}, "currency=currency"},
		{"a language it does not know", map[string]string{"languages": "en|Klingon"}, "languages=language"},
		{"a measure it does not know", map[string]string{"measure": "strength.presents"}, "measure=choice-near"},
		{"a comma that is either decimal or thousands", map[string]string{"number": "1,234"}, "number=number"},
		{"an exponent", map[string]string{"quantity": "1.5e3"}, "quantity=number"},
		{"blanks that are no groups", map[string]string{"number": "12 34"}, "number=number"},
		{"words", map[string]string{"number": "about 600"}, "number=number"},
		{"a hexadecimal number", map[string]string{"number": "0x10"}, "number=number"},
		{"infinity", map[string]string{"quantity": "Inf"}, "quantity=number"},
		{"NIL, which may mean none or not known", map[string]string{"number": "nil"}, "number=number-nil"},
		{"half a person", map[string]string{"number": "1.5"}, "number=whole-number"},
		{"a thousand written with a point", map[string]string{"number": "1.000"}, "number=whole-number"},
		{"fewer than none", map[string]string{"number": "-1"}, "number=range-min"},
		{"more than the field allows", map[string]string{"number": "1000001"}, "number=range-max"},
		{"more digits than are kept", map[string]string{"women": strings.Repeat("9", 19)}, "women=range-max"},
		{"an amount without currency", map[string]string{"money": "5"}, "currency=money-currency"},
		{"a day or a month first", map[string]string{"date": "01/02/2025"}, "date=date-ambiguous"},
		{"a day that can only be one, in a format nobody named", map[string]string{"date": "31/12/2024"}, "date=date-order"},
		{"the same with a time", map[string]string{"at": "1.2.2025 12:00"}, "at=date-ambiguous"},
		{"a word for a date", map[string]string{"date": "yesterday"}, "date=date"},
		{"a day that is none", map[string]string{"at": "2025-02-30"}, "at=date"},
		{"a date-time group on the reader's clock", map[string]string{"at": "251630JMAR25"}, "at=dtg-zone-j"},
		{"zone J", map[string]string{"zone": "j"}, "zone=dtg-zone-j"},
		{"a zone that is none", map[string]string{"zone": "Port-au-Prince"}, "zone=zone"},
		{"the machine's own zone", map[string]string{"zone": "Local"}, "zone=zone"},
		{"a time that the clocks skipped", map[string]string{"at": "2025-03-09T02:30"}, "at=time-skipped"},
		{"a time that the clocks showed twice", map[string]string{"at": "2025-11-02T01:30"}, "at=time-twice"},
		{"an end before its beginning", map[string]string{"at": "2025-02-01", "until": "2025-01-31"}, "until=until-before-at"},
		{"an end without a beginning", map[string]string{"until": "2025-01-31"}, "at=until-alone"},
		{"a record that is not there", map[string]string{"other": "gone"}, "other=reference-missing"},
		{"a person that is not there", map[string]string{"who": "gone"}, "who=reference-missing"},
		{"a reference longer than a line", map[string]string{"other": strings.Repeat("x", 201)}, "other=ref-long"},
		{"a point with one number", map[string]string{"point": "18.5"}, "point=point"},
		{"a point in degrees and minutes", map[string]string{"point": "18°32'N, 72°20'W"}, "point=point"},
		{"a point beyond the pole", map[string]string{"point": "-172.3, 18.5"}, "point=lat-range"},
		{"a point beyond the date line", map[string]string{"point": "18.5, -272.3"}, "point=lon-range"},
		{"half a position", map[string]string{"lat": "18.5"}, "lon=point"},
		{"a latitude beyond the pole", map[string]string{"lat": "91", "lon": "0"}, "lat=lat-range"},
		{"a longitude beyond the date line", map[string]string{"lat": "0", "lon": "180.0000001"}, "lon=lon-range"},
		{"neither yes nor no", map[string]string{"flag": "maybe"}, "flag=flag"},
		{"a link that runs code", map[string]string{"link": "javascript:alert(1)"}, "link=link"},
		{"a link without a host", map[string]string{"link": "https:///x"}, "link=link"},
		{"an owner that is none", map[string]string{"owner": "Acme"}, "owner=owner"},
		{"a marking that is none", map[string]string{"marking": "TOP SECRET"}, "marking=choice"},
		{"parts that do not make the whole", map[string]string{"number": "144", "women": "24", "men": "121"}, "number=sum"},
		{"a part larger than the whole", map[string]string{"number": "10", "women": "11"}, "women=part-larger"},
	}
	k, words := sampleKind(t), catalogue(t)
	env := kind.Env{
		Location: zone(t, "America/New_York"), Codes: map[string][]string{"measures": {"strength.present"}},
		Exists: func(_, ref string) bool { return ref != "gone" },
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := k.Check(tt.raw, env)
			var got []string
			for _, p := range problems {
				got = append(got, p.Field+"="+p.Code)
			}
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Error(diff)
			}
			explained(t, words, problems)
		})
	}
}

func TestCheckNamesWhatWasMeant(t *testing.T) {
	k := sampleKind(t)
	tests := []struct{ field, raw, want string }{
		{"state", "Jamaca", "JAM"}, {"choice", "onleeve", "ON-LEAVE"}, {"txet", "x", "text"}, {"persnos", "1", ""},
	}
	for _, tt := range tests {
		_, problems := k.Check(map[string]string{tt.field: tt.raw}, kind.Env{})
		if len(problems) != 1 || problems[0].Args["nearest"] != tt.want {
			t.Errorf("%s: got %v, want %q suggested", tt.raw, problems, tt.want)
		}
	}
}

func TestSumsLeaveTheUnknownUnknown(t *testing.T) {
	k := sampleKind(t)
	tests := []struct {
		name string
		raw  map[string]string
		want map[string]string // of the problem
	}{
		{"parts that add up", map[string]string{"number": "144", "women": "24", "men": "120"}, nil},
		{"one part unknown", map[string]string{"number": "144", "women": "24"}, nil},
		{"the whole unknown", map[string]string{"women": "24", "men": "120"}, nil},
		{"none, and none known", map[string]string{"number": "0"}, nil},
		{
			"the difference is named",
			map[string]string{"number": "740", "women": "213", "men": "526"},
			map[string]string{"whole": "740", "parts": "women + men", "total": "739", "difference": "1"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := k.Check(tt.raw, kind.Env{})
			if tt.want == nil {
				if len(problems) > 0 {
					t.Errorf("refused: %v", problems)
				}
				if diff := cmp.Diff(tt.raw, got); diff != "" {
					t.Errorf("something was filled in:\n%s", diff)
				}
				return
			}
			if len(problems) != 1 {
				t.Fatalf("got %v", problems)
			}
			if diff := cmp.Diff(tt.want, problems[0].Args); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckReadsMappedFormats(t *testing.T) {
	tests := []struct{ format, raw, want string }{
		{"dd/MM/yyyy", "01/02/2025", "2025-02-01"},
		{"MM/dd/yyyy", "01/02/2025", "2025-01-02"},
		{"d/M/yyyy", "1/2/2025", "2025-02-01"},
		{"d MMM yyyy", "5 janvye 2025", "2025-01-05"},
		{"d MMM yyyy", "5 sept. 2025", "2025-09-05"},
		{"MMMM d, yyyy", "March 25, 2025", "2025-03-25"},
		{"dd.MM.yyyy HH:mm", "25.03.2025 16:30", "2025-03-25T16:30:00-04:00"},
		{"dd-MMM-yy", "25-mar-25", "2025-03-25"},
		{"yyyyMMdd", "20250325", "2025-03-25"},
		{"dd/MM/yyyy", "2025-03-25", "2025-03-25"},
		{"dd/MM/yyyy", "31/02/2025", ""},
		{"dd/MM/yyyy", "1/2/2025", ""},
		{"dd/MM/yyyy", "01/02/20251", ""},
		{"d MMM yyyy", "5 Smarch 2025", ""},
	}
	k := sampleKind(t)
	for _, tt := range tests {
		got, problems := k.Check(map[string]string{"at": tt.raw},
			kind.Env{Location: zone(t, "America/New_York"), DateFormats: []string{tt.format}})
		if got["at"] != tt.want || (len(problems) == 0) != (tt.want != "") {
			t.Errorf("%s as %s: got %q %v, want %q", tt.raw, tt.format, got["at"], problems, tt.want)
		}
	}
}

func TestDecimalCommaDisambiguates(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"1,5", "1.5"}, {"1.234", "1234"}, {"1.234.567,25", "1234567.25"}, {"1 234,5", "1234.5"}, {"1.5", ""},
	}
	k := sampleKind(t)
	for _, tt := range tests {
		got, _ := k.Check(map[string]string{"quantity": tt.raw}, kind.Env{DecimalComma: true})
		if got["quantity"] != tt.want {
			t.Errorf("%s: got %q, want %q", tt.raw, got["quantity"], tt.want)
		}
	}
}

func TestTheZoneOfADateTimeGroupIsKept(t *testing.T) {
	k := sampleKind(t)
	got, _ := k.Check(map[string]string{"at": "251630QMAR25"}, kind.Env{})
	if got["zone"] != "Q" {
		t.Errorf("zone is %q", got["zone"])
	}
	got, _ = k.Check(map[string]string{"at": "251630QMAR25", "zone": "Africa/Nairobi"}, kind.Env{})
	if got["zone"] != "Africa/Nairobi" {
		t.Errorf("a stated zone was overwritten by %q", got["zone"])
	}
}

func TestALocalTimeNeedsAZone(t *testing.T) {
	k := sampleKind(t)
	_, problems := k.Check(map[string]string{"at": "2025-03-25T16:30"}, kind.Env{})
	if len(problems) != 1 || problems[0].Code != "zone-needed" {
		t.Errorf("got %v", problems)
	}
	explained(t, catalogue(t), problems)
}

func TestBoundsAreReadOnTheRecordsOwnClocks(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	tests := []struct {
		name           string
		fields         map[string]string
		wantLo, wantHi string
	}{
		{"a day in the mission's zone", map[string]string{"at": "2025-01-05"}, "2025-01-05T05:00:00Z", "2025-01-06T05:00:00Z"},
		{"a day in its own zone", map[string]string{"at": "2025-01-05", "zone": "C"}, "2025-01-04T21:00:00Z", "2025-01-05T21:00:00Z"},
		{"a stretch to the end of its last day", map[string]string{"at": "2025-01-05", "until": "2025-01-06", "zone": "Z"}, "2025-01-05T00:00:00Z", "2025-01-07T00:00:00Z"},
		{"the same month twice", map[string]string{"at": "2025-06", "until": "2025-06", "zone": "Z"}, "2025-06-01T00:00:00Z", "2025-07-01T00:00:00Z"},
	}
	k := sampleKind(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lo, hi, err := k.Bounds(tt.fields, zone(t, "America/New_York"))
			if err != nil || !lo.Equal(at(tt.wantLo)) || !hi.Equal(at(tt.wantHi)) {
				t.Errorf("got %v %v %v", lo, hi, err)
			}
		})
	}
	if lo, hi, err := k.Bounds(nil, time.UTC); err != nil || !lo.IsZero() || !hi.IsZero() {
		t.Errorf("no at: got %v %v %v", lo, hi, err)
	}
}

func TestCheckEnvelope(t *testing.T) {
	now := time.Date(2025, 3, 26, 12, 0, 0, 0, time.UTC)
	env := kind.Env{Location: time.UTC, Now: now, Exists: func(_, ref string) bool { return ref == "ap" }}
	k, words := sampleKind(t), catalogue(t)
	got, problems := k.CheckEnvelope(map[string]string{"ref": " m1 ", "reported": "251630QMAR25", "source": "ap", "grade": "b 2"}, env)
	want := map[string]string{"ref": "m1", "reported": "2025-03-25T20:30:00Z", "source": "ap", "grade": "B2"}
	if diff := cmp.Diff(want, got); diff != "" || problems != nil {
		t.Error(diff, problems)
	}
	again, problems := k.CheckEnvelope(got, env)
	if diff := cmp.Diff(got, again); diff != "" || problems != nil {
		t.Error(diff, problems)
	}
	tests := []struct {
		name, column, raw, want string
	}{
		{"no reference", "ref", "", "ref-missing"},
		{"a reference longer than a line", "ref", strings.Repeat("x", 201), "ref-long"},
		{"no source where the kind wants one", "source", " ", "source-missing"},
		{"a source that is not there", "source", "afp", "source-unknown"},
		{"a report from the future", "reported", "2025-03-27", "reported-future"},
		{"a report on an ambiguous day", "reported", "01/02/2025", "date-ambiguous"},
		{"a grade that is none", "grade", "G7", "grade"},
		{"a column that is not of the envelope", "persons", "1", "unknown-column"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw := map[string]string{"ref": "m1", "source": "ap"}
			raw[tt.column] = tt.raw
			_, problems := k.CheckEnvelope(raw, env)
			if len(problems) == 0 || problems[0].Code != tt.want {
				t.Errorf("got %v, want %s", problems, tt.want)
			}
			explained(t, words, problems)
		})
	}
}

func TestOwnerAndMarkingHaveDefaults(t *testing.T) {
	k := sampleKind(t)
	tests := []struct {
		fields        map[string]string
		owner, marked string
	}{
		{nil, "mission", "mission"},
		{map[string]string{"state": "KEN"}, "KEN", "mission"},
		{map[string]string{"state": "KEN", "owner": "host", "marking": "public"}, "host", "public"},
	}
	for _, tt := range tests {
		if o, m := k.OwnerOf(tt.fields), k.MarkingOf(tt.fields); o != tt.owner || m != tt.marked {
			t.Errorf("%v: got %s %s", tt.fields, o, m)
		}
	}
}
