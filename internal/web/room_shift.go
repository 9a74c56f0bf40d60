package web

import (
	"slices"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/record"
)

// shiftView is who is on duty.
type shiftView struct {
	says, notes string
	ref         string
	open        []logLine // what somebody must still do, as the relief takes it over
	hand, take  bool      // what the visitor may do
	relieve     bool
	unsigned    string // how the one before it ended, if nobody signed it off
	form, token string
}

func (v *visit) shiftView(post string) (b shiftView, err error) {
	shift, there, err := v.Room.Log.Shift(v.r.Context(), v.who, v.mission.ID, post)
	if err != nil {
		return b, err
	}
	may := v.mayWrite("shift")
	b.form = newForm()
	b.token = v.token(b.form)
	switch status := shift.Text("status"); {
	case !there || status == operations.ShiftTaken || status == operations.ShiftRelieved:
		b.says, b.take = v.t("room.shift.none"), may
	case status == "ON":
		b.says = v.t("room.shift.on", "who", v.actor(shift.Text("officer")), "time", v.moment(shift.Lo))
		b.hand = may && (shift.Text("officer") == v.who.Name || v.who.IsLocal())
		b.relieve = may && shift.Text("officer") != v.who.Name && !v.who.IsLocal()
		if b.unsigned, err = v.unsigned(post); err != nil {
			return b, err
		}
	default:
		b.says = v.t("room.shift.handed", "who", v.actor(shift.Text("officer")), "n", shift.Text("open"))
		b.take, b.notes = may && shift.Text("officer") != v.who.Name, shift.Text("notes")
	}
	b.ref = shift.Ref
	if !b.hand && !b.take && !b.relieve {
		return b, nil
	}
	open, _, err := v.Room.Log.Lines(v.r.Context(), v.who, v.mission.ID, operations.Page{Post: post, Open: true, Limit: 100})
	for i := range open {
		b.open = append(b.open, v.logLine(&open[i], false))
	}
	return b, err
}

// unsigned says how the shift before the one that is on ended, if nobody signed it
// off.
func (v *visit) unsigned(post string) (string, error) {
	all, err := v.Room.Log.Shifts(v.r.Context(), v.who, v.mission.ID, post)
	all = slices.DeleteFunc(all, func(rec record.Version) bool { return rec.State != record.Live })
	if err != nil || len(all) < 2 || all[1].Text("status") != operations.ShiftRelieved {
		return "", err
	}
	was := &all[1]
	return v.t("room.shift.unsigned", "who", v.actor(was.Text("taken-by")), "from", v.actor(was.Text("officer")), "why", was.Text("why")), nil
}

// shiftTable is who kept the log of a post, and who took it over from whom.
func (v *visit) shiftTable(post string) (*table, error) {
	shifts, err := v.Room.Log.Shifts(v.r.Context(), v.who, v.mission.ID, post)
	if err != nil {
		return nil, err
	}
	t := &table{caption: v.t("room.shift.title"), empty: v.t("room.shift.none"), columns: []column{
		{id: "officer", label: v.fieldLabel("shift", "officer"), main: true},
		{id: "at", label: v.t("room.shift.from"), hxl: "#date+start"},
		{id: "handed", label: v.fieldLabel("shift", "handed"), hxl: "#date+end"},
		{id: "last", label: v.fieldLabel("shift", "last"), number: true},
		{id: "open", label: v.fieldLabel("shift", "open"), number: true},
		{id: "taken-by", label: v.fieldLabel("shift", "taken-by")},
		{id: "why", label: v.fieldLabel("shift", "why")},
		{id: "notes", label: v.fieldLabel("shift", "notes")},
	}}
	for i := range shifts {
		rec := &shifts[i]
		taken := cell{raw: void}
		if by := rec.Text("taken-by"); by != "" {
			taken = cell{text: v.actor(by), raw: by, note: v.event(rec.Text("taken"))}
		}
		t.rows = append(t.rows, []cell{
			{text: v.actor(rec.Text("officer")), raw: rec.Text("officer"), href: v.recordLink(rec.Key), struck: rec.State == record.Struck},
			v.whenCell(rec.Lo),
			v.eventCell(rec.Text("handed")),
			{text: v.dec(rec.Text("last")), raw: rec.Text("last")},
			{text: v.dec(rec.Text("open")), raw: rec.Text("open")},
			taken,
			{text: rec.Text("why")},
			{text: rec.Text("notes")},
		})
	}
	return t, nil
}

// shift hands a shift over, takes one, or relieves somebody who cannot sign off.
func (s *site) shift(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	ctx, post := v.r.Context(), v.sent.Get("post")
	switch v.sent.Get("act") {
	case "hand":
		err = v.Room.Log.HandOver(ctx, v.who, record.Key{Mission: v.mission.ID, Kind: "shift", Ref: v.sent.Get("shift")}, d.Fields["notes"], d.Form)
	case "relieve":
		err = v.Room.Log.Relieve(ctx, v.who, record.Key{Mission: v.mission.ID, Kind: "shift", Ref: v.sent.Get("shift")}, d.Fields["why"], d.Form)
	case "take":
		err = v.Room.Log.Take(ctx, v.who, v.mission.ID, post, d.Form)
	default:
		return nil, fail.New(fail.Invalid, v.t("web.error.form"), v.t("web.error.form.hint"))
	}
	return v.backTo(err, "log")
}
