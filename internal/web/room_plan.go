package web

import (
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/operations"
)

// weekGrid is the plan of a week: a row a post, a column a day, and in each what was
// planned with what became of it.
type weekGrid struct {
	days  []weekDay
	posts []weekPost
}

type weekDay struct {
	label, date   string
	today         bool
	done, planned int
}

type weekPost struct {
	name          string
	days          [][]weekItem
	done, planned int
}

type weekItem struct {
	clock, what, href string
	state             cell
	late              bool
}

func (v *visit) weekGrid(b *planView, plan []operations.Patrol, posts []option) weekGrid {
	g := weekGrid{}
	today := v.now.In(v.location()).Format(time.DateOnly)
	for i := range 7 {
		day := b.from.AddDate(0, 0, i)
		g.days = append(g.days, weekDay{label: v.t("room.day." + string(rune('1'+i))), date: v.day(day), today: day.Format(time.DateOnly) == today})
	}
	at := map[string]int{}
	for i := range plan {
		p := &plan[i]
		post := p.Text("post")
		row, seen := at[post]
		if !seen {
			row = len(g.posts)
			at[post] = row
			g.posts = append(g.posts, weekPost{name: nameOf(posts, post), days: make([][]weekItem, 7)})
		}
		local := p.Lo.In(v.location())
		day := (int(local.Weekday()) + 6) % 7
		item := weekItem{clock: local.Format("15:04"), what: p.Text("destination"), href: v.roomLink("patrols", p.Ref), state: v.stateCell(&p.Version, "status", patrolBadges()), late: p.Clock.Alarm}
		if until := p.Text("until"); until != "" && !p.Hi.IsZero() && p.Hi.After(p.Lo) {
			item.clock += "–" + p.Hi.In(v.location()).Format("15:04")
		}
		if sign := p.Text("call-sign"); sign != "" {
			item.what = sign + " · " + item.what
		}
		g.posts[row].days[day] = append(g.posts[row].days[day], item)
		g.posts[row].planned++
		g.days[day].planned++
		if p.Text("status") == operations.PatrolReported {
			g.posts[row].done++
			g.days[day].done++
		}
	}
	return g
}

// doneOf writes plan against done.
func (v *visit) doneOf(done, planned int) string {
	if planned == 0 {
		return "–"
	}
	return v.num(done) + "/" + v.num(planned)
}

// planCopy plans a week as the one before it.
func (s *site) planCopy(v *visit) (*page, error) {
	if _, err := v.readForm(); err != nil {
		return nil, err
	}
	day := v.sent.Get("week")
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return nil, fail.New(fail.Invalid, v.t("web.error.form"), v.t("web.error.form.hint"))
	}
	from, _ := v.week(day)
	_, err := v.Room.Patrols.CopyPlan(v.r.Context(), v.who, v.mission.ID, from)
	if problems, refused := refusals(err); fail.Is(err, fail.Invalid) && (!refused || len(problems) == 0) {
		return nil, fail.New(fail.Invalid, v.t("room.plan.nothing"), v.t("room.plan.nothing.hint"))
	}
	p, err := v.backTo(err, "patrols")
	if err == nil {
		p.goTo = v.link(v.roomLink("patrols"), "week", day)
	}
	return p, err
}
