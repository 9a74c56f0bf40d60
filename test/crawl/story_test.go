package crawl_test

import (
	"fmt"

	"konbit.org/konbit/internal/desk"
)

// The victim, made up: a member of a contributor with two persons here.
const (
	victimName   = "Zebedeo Quixanilla"
	victimOther  = "Quixanílla, Zebedéo"
	victimNumber = "URY-77341"
	victimKin    = "Petronia Quixanilla"
	kinPhone     = "+598 2555 0143"
	victimAlias  = "Zebo Quix"
	victim       = "per-ury-1"
)

// before is what the mission holds on an ordinary day.
func before() []desk.Draft {
	all := []desk.Draft{
		says("source", "src-desk", fields("title=Duty desk; publisher=Mission; date=2026-01-05; type=OFFICIAL; marking=public")...),
		says("source", "src-paper", fields("title=Vale Courier; publisher=Courier; date=2026-02-01; type=PRESS; marking=public")...),
		says("place", "plc-alta", fields("name=Altavale; aliases=Alta; country=COL; level=1; lat=4.5; lon=-74.2; marking=public")...),
		says("instrument", "ins-1", fields("title=Vale mandate; adopted=2025-01-01; in-force=2025-01-01; expires=2027-01-01; ceiling=400; marking=public")...),
		says("contingent", "ctg-nor", fields("contributor=NOR; name=First police unit; marking=public")...),
		says("contingent", "ctg-ury", fields("contributor=URY; name=Liaison team; marking=public")...),
		says("post", "pst-hq", fields("name=Headquarters; type=HQ; holder=NOR; status=OPEN; marking=public; lat=4.6; lon=-74.1")...),
		says("post", "pst-ridge", fields("name=Ridge post; type=FOB; holder=URY; status=OPEN; marking=mission; lat=4.7; lon=-74.3")...),
		says("contribution", "con-ury", fields("contributor=URY; stage=DEPLOYED; persons=2; personnel=police; at=2025-06-01; marking=public")...),
		says("movement", "mov-nor", fields("contributor=NOR; direction=IN; persons=200; women=40; men=160; at=2025-02-01; marking=public; contingent=ctg-nor")...),
		says("movement", "mov-ury", fields("contributor=URY; direction=IN; persons=2; at=2025-06-01; marking=public; contingent=ctg-ury")...),
		says("movement", "mov-chl", fields("contributor=CHL; direction=IN; persons=30; at=2025-03-01; marking=public")...),
		says("casualty", "cas-nor-1", fields("contributor=NOR; status=INJURED; cause=ACCIDENT; persons=6; at=2025-08-01; kin=TOLD-ALL; told=2025-08-02; told-by=Desk; told-of=INJURED; marking=public")...),
		says("casualty", "cas-chl-1", fields("contributor=CHL; status=DECEASED; cause=ILLNESS; persons=1; at=2025-09-01; kin=TOLD-ALL; told=2025-09-02; told-by=Desk; told-of=DECEASED; marking=public")...),
		says("incident", "inc-road", fields("category=CRASH; summary=Two vehicles touch on the valley road; injured=1; at=2025-12-01; lat=4.61; lon=-74.11; marking=public")...),
		says("flow", "flo-isl", fields("donor=ISL; stage=RECEIVED; amount=500000; currency=USD; fund=Vale fund; at=2025-05-01; owner=ISL; marking=public")...),
		says("incident", "inc-log", fields("category=PROTEST; summary=A crowd at the gate; at=2025-12-20; marking=mission")...),
		says("flow", "flo-own", fields("donor=ISL; stage=PLEDGED; amount=750000; currency=USD; at=2025-06-01; owner=ISL; marking=mission")...),
		says("flow", "flo-other", fields("donor=SWE; stage=PLEDGED; amount=990000; currency=USD; at=2025-06-01; owner=SWE; marking=mission")...),
		says("seizure", "sei-1", fields("type=WEAPON; item=Rifle; quantity=3; serial=ZZ-4411; at=2025-11-01; marking=mission")...),
		says("service", "svc-1", fields("facility=Alta school; type=SCHOOL; status=OPEN; at=2025-11-01; marking=public")...),
		says("cohort", "coh-1", fields("name=Class 1; event=ENROLLED; persons=30; at=2025-10-01; marking=public")...),
		says("claim", "clm-1", fields("measure=casualties.deaths; value=1; precision=exact; speaker=Minister; statement=One death so far; at=2026-01-10; marking=public")...),
		// Long before anything happened somebody was proud of a member of the mission:
		// to cover the name from one day to the next would tell who it is.
		says("outreach", "out-run", fields("title=Valley run; audience=Altavale; adults=40; summary="+victimName+" wins the valley run; at=2025-12-12; marking=public")...),
	}
	return append(append(all, roll()...),
		says("kin", "kin-1", append(fields("contributor=URY; person="+victim+"; order=1; relation=SPOUSE; language=es; may-be-told=yes"), "name", victimKin, "phone", kinPhone)...))
}

// roll are the persons of the mission: the victim, one more of the small
// contributor, some of the others.
func roll() []desk.Draft {
	all := []desk.Draft{
		says("person", victim, append(fields("contributor=URY; rank=Inspector; sex=M; status=PRESENT; contingent=ctg-ury; post=pst-ridge; at=2025-06-01; born=1990-03-04"),
			"name", victimName, "number", victimNumber, "kin-name", victimKin, "kin-phone", kinPhone)...),
		says("person", "per-ury-2", append(fields("contributor=URY; rank=Sergeant; sex=F; status=PRESENT; contingent=ctg-ury; at=2025-06-01"),
			"name", "Ondina Ferrabraz", "number", "URY-77342", "kin-name", "Tulio Ferrabraz", "kin-phone", "+598 2555 0199")...),
	}
	for i := range 6 {
		all = append(all, says("person", fmt.Sprintf("per-nor-%d", i), append(fields("contributor=NOR; rank=Constable; sex=F; status=PRESENT; contingent=ctg-nor; at=2025-02-01"),
			"name", fmt.Sprintf("Norvald Testmann %c", 'A'+i), "number", fmt.Sprintf("NOR-%04d", 5000+i))...))
	}
	return all
}
