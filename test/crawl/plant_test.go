package crawl_test

import (
	"konbit.org/konbit/internal/desk"
)

// What is planted: a casualty whose very ref holds the name.
const (
	plantedCasualty = "cas-ury-quixanilla"
	plantedIncident = "inc-ridge"
	batchName       = "zebedeo-quixanilla.csv"
)

// covered stands in the twin where the plant has a name that must be covered.
const covered = "■"

// missing is the plant: careless on purpose. The casualty is marked public, and so
// is the incident, with its number of killed and missing.
func missing() []desk.Draft {
	return []desk.Draft{
		says("incident", plantedIncident, fields("category=AMBUSH; summary=Ambush below the ridge, Inspector "+victimName+" is missing; killed=1; injured=0; at=2026-03-01; lat=4.71; lon=-74.31; marking=public")...),
		says("casualty", plantedCasualty, append(fields("contributor=URY; status=MISSING; cause=MALICIOUS; persons=1; men=1; kin=NOT-STARTED; at=2026-03-01; marking=public; person="+victim+"; incident="+plantedIncident+"; place=Altavale"),
			"name", victimName, "number", victimNumber, "aliases", victimOther+"|"+victimAlias, "note", "Last seen by "+victimName+"’s driver")...),
		says("person", victim, fields("status=MISSING")...),
	}
}

// careless are texts of others, each with the name typed in. In the twin the same
// people wrote the same, without it.
func careless(name, number, alias string) []desk.Draft {
	return []desk.Draft{
		says("source", "src-rumour", fields("title=Is "+name+" missing?; publisher=Rumour; type=PRESS; date=2026-03-01; marking=public; url=https://rumour.example/vale")...),
		says("claim", "clm-rumour", fields("measure=casualties.missing; value=1; precision=exact; scope=contributor=URY; speaker=A neighbour of "+alias+"; statement="+name+" ("+number+") has not come back; note=Ask "+name+"; at=2026-03-01; marking=public")...),
		says("incident", "inc-road", fields("summary=Two vehicles touch on the valley road, one driven by "+name+"; note=Duty note: ask "+alias+", "+number)...),
		says("post", "pst-hq", fields("note=Call the family of "+name+"; aliases=HQ|"+name+" House")...),
		says("flow", "flo-isl", fields("note=Condolence for "+name)...),
	}
}

// toldOf is the statement of the notifier that the family knows.
func toldOf(status, when string) []desk.Draft {
	return []desk.Draft{
		says("notification", "not-"+status, append(fields("contributor=URY; casualty="+plantedCasualty+"; told-of="+status+"; kin=kin-1; relation=SPOUSE; outcome=TOLD; how=IN-PERSON; language=es; at="+when),
			"notifier", "Captain Testmann")...),
		says("casualty", plantedCasualty, fields("kin=TOLD-ALL; told="+when+"; told-by=Captain Testmann; told-of="+status)...),
	}
}

// deceased is the declaration of a death, months later: the gate closes anew.
func deceased(when string) []desk.Draft {
	return []desk.Draft{
		says("casualty", plantedCasualty, fields("status=DECEASED; kin=NOT-STARTED; told=; told-by=; told-of=; declared-by=Ministry of the Interior; declared-at="+when)...),
		says("person", victim, fields("status=DECEASED")...),
	}
}
