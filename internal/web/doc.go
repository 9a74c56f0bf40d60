// Package web serves the record as pages: HTML first, and the same address as
// JSON, CSV, XLSX, GeoJSON or Atom by suffix or Accept.
//
// A page is computed once and then written in the form that was asked for, so
// that no two forms can tell different numbers. Every read passes the door with
// the actor of the request; every write goes through the desk. A page needs no
// script, keeps its dates (?at= and ?known=) in every link, and names in plain
// words what it does not know.
//
// Until there are accounts, whoever sits at the machine is the local actor and
// everybody else is the public; see [Options.PublicOnly].
//
//	handler, err := web.New(web.Options{Missions: missions, Records: door, …})
package web
