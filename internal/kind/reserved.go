package kind

// Reserved are the record fields that every kind has beside its own: when,
// where, whose, how marked, and a note.
func Reserved() []Field {
	return []Field{
		{
			ID: "at", Type: Date, HXL: "#date+start", Column: true,
			Label: Words{"en": "When", "fr": "Quand", "ht": "Kilè", "es": "Cuándo", "sw": "Lini"},
			Help: Words{
				"en": "When it happened: 2025-03-25, 2025-03, 2025-03-25T16:30-04:00 or 251630QMAR25",
				"fr": "Quand cela s’est passé : 2025-03-25, 2025-03, 2025-03-25T16:30-04:00 ou 251630QMAR25",
				"ht": "Kilè sa te pase: 2025-03-25, 2025-03, 2025-03-25T16:30-04:00 oswa 251630QMAR25",
				"es": "Cuándo ocurrió: 2025-03-25, 2025-03, 2025-03-25T16:30-04:00 o 251630QMAR25",
				"sw": "Ilitokea lini: 2025-03-25, 2025-03, 2025-03-25T16:30-04:00 au 251630QMAR25",
			},
		},
		{
			ID: "until", Type: Date, HXL: "#date+end",
			Label: Words{"en": "Until", "fr": "Jusqu’à", "ht": "Jiska", "es": "Hasta", "sw": "Hadi"},
			Help: Words{
				"en": "When it ended; leave empty if it happened at one time",
				"fr": "Quand cela a pris fin ; laisser vide si c’était à un seul moment",
				"ht": "Kilè sa te fini; kite l vid si se te yon sèl moman",
				"es": "Cuándo terminó; déjelo vacío si fue en un solo momento",
				"sw": "Liliisha lini; acha wazi kama lilitokea kwa wakati mmoja",
			},
		},
		{
			ID: "zone", Type: Text, HXL: "#meta+zone", Max: "60",
			Label: Words{"en": "Time zone", "fr": "Fuseau horaire", "ht": "Zòn lè", "es": "Huso horario", "sw": "Saa za eneo"},
			Help: Words{
				"en": "Zone letter (Q, C, Z; never J) or name such as Africa/Nairobi; empty means the mission’s zone",
				"fr": "Lettre de fuseau (Q, C, Z ; jamais J) ou nom comme Africa/Nairobi ; vide : celui de la mission",
				"ht": "Lèt zòn nan (Q, C, Z; janm J) oswa yon non tankou Africa/Nairobi; si l vid, se zòn misyon an",
				"es": "Letra de huso (Q, C, Z; nunca J) o nombre como Africa/Nairobi; vacío: el de la misión",
				"sw": "Herufi ya ukanda (Q, C, Z; kamwe si J) au jina kama Africa/Nairobi; ikiwa wazi, ni saa za misheni",
			},
		},
		{
			ID: "place", Type: Place, HXL: "#loc+name", Max: "200", Column: true, Filter: true, Search: true,
			Label: Words{"en": "Place", "fr": "Lieu", "ht": "Kote", "es": "Lugar", "sw": "Mahali"},
			Help: Words{
				"en": "Name, p-code or military grid: 18QYF 8015 5322",
				"fr": "Nom, p-code ou carroyage militaire : 18QYF 8015 5322",
				"ht": "Non, p-code oswa kawo militè: 18QYF 8015 5322",
				"es": "Nombre, p-code o cuadrícula militar: 18QYF 8015 5322",
				"sw": "Jina, p-code au gridi ya kijeshi: 18QYF 8015 5322",
			},
		},
		{
			ID: "lat", Type: Quantity, HXL: "#geo+lat", Min: "-90", Max: "90", Unit: "°",
			Label: Words{"en": "Latitude", "fr": "Latitude", "ht": "Latitid", "es": "Latitud", "sw": "Latitudo"},
			Help: Words{
				"en": "Degrees north of the equator, south negative: 18.5392",
				"fr": "Degrés au nord de l’équateur, sud négatif : 18.5392",
				"ht": "Degre nan nò ekwatè a, sid negatif: 18.5392",
				"es": "Grados al norte del ecuador, sur negativo: 18.5392",
				"sw": "Digrii kaskazini mwa ikweta, kusini ni hasi: 18.5392",
			},
		},
		{
			ID: "lon", Type: Quantity, HXL: "#geo+lon", Min: "-180", Max: "180", Unit: "°",
			Label: Words{"en": "Longitude", "fr": "Longitude", "ht": "Lonjitid", "es": "Longitud", "sw": "Longitudo"},
			Help: Words{
				"en": "Degrees east of Greenwich, west negative: -72.3364",
				"fr": "Degrés à l’est de Greenwich, ouest négatif : -72.3364",
				"ht": "Degre nan lès Greenwich, lwès negatif: -72.3364",
				"es": "Grados al este de Greenwich, oeste negativo: -72.3364",
				"sw": "Digrii mashariki mwa Greenwich, magharibi ni hasi: -72.3364",
			},
		},
		{
			ID: "owner", Type: Text, HXL: "#org+owner", Max: "60",
			Label: Words{"en": "Owner of the data", "fr": "Propriétaire des données", "ht": "Mèt done yo", "es": "Titular de los datos", "sw": "Mwenye data"},
			Help: Words{
				"en": "A country, or mission, host, or fund; empty means the usual owner",
				"fr": "Un pays, ou mission, host (pays hôte) ou fund (fonds) ; vide : le propriétaire habituel",
				"ht": "Yon peyi, oswa mission, host (peyi ki resevwa a) oswa fund (fon an); si l vid, se mèt abityèl la",
				"es": "Un país, o mission, host (país anfitrión) o fund (fondo); vacío: el titular habitual",
				"sw": "Nchi, au mission, host (nchi mwenyeji) au fund (mfuko); ikiwa wazi, ni mwenye wa kawaida",
			},
		},
		{
			ID: "marking", Type: Choice, HXL: "#meta+marking", Codes: markingCodes(),
			Label: Words{"en": "Marking", "fr": "Classification", "ht": "Klasifikasyon", "es": "Clasificación", "sw": "Alama ya usiri"},
			Help: Words{
				"en": "Who may see this record",
				"fr": "Qui peut voir cette fiche",
				"ht": "Ki moun ki ka wè fich sa a",
				"es": "Quién puede ver esta ficha",
				"sw": "Nani anaweza kuona rekodi hii",
			},
		},
		{
			ID: "note", Type: Text, HXL: "#description+note", Search: true,
			Label: Words{"en": "Note", "fr": "Remarque", "ht": "Nòt", "es": "Nota", "sw": "Maelezo"},
			Help: Words{
				"en": "What a reader should know and no field says",
				"fr": "Ce que le lecteur doit savoir et qu’aucun champ ne dit",
				"ht": "Sa moun k ap li a dwe konnen epi okenn chan pa di",
				"es": "Lo que el lector debe saber y ningún campo dice",
				"sw": "Jambo ambalo msomaji anapaswa kujua na halimo katika sehemu nyingine",
			},
		},
	}
}

// Envelope are the columns that belong to the entry, not to the record: who
// calls it what, when the mission was told, on what it rests.
func Envelope() []Field {
	return []Field{
		{
			ID: "ref", Type: Text, HXL: "#meta+id", Max: "200", Required: true, Column: true,
			Label: Words{"en": "Reference", "fr": "Référence", "ht": "Referans", "es": "Referencia", "sw": "Rejea"},
			Help: Words{
				"en": "The sender’s own name for this record; the same reference means the same record",
				"fr": "Le nom que l’expéditeur donne à cette fiche ; même référence, même fiche",
				"ht": "Non moun ki voye l la bay fich sa a; menm referans, menm fich",
				"es": "El nombre que da el remitente a esta ficha; misma referencia, misma ficha",
				"sw": "Jina ambalo mtumaji anaipa rekodi hii; rejea ileile ni rekodi ileile",
			},
		},
		{
			ID: "reported", Type: Date, HXL: "#date+reported",
			Label: Words{"en": "Reported", "fr": "Signalé le", "ht": "Rapòte", "es": "Comunicado", "sw": "Iliripotiwa"},
			Help: Words{
				"en": "When the mission was told; empty means now",
				"fr": "Quand la mission l’a appris ; vide : maintenant",
				"ht": "Kilè misyon an te pran nouvèl la; si l vid, se kounye a",
				"es": "Cuándo se informó a la misión; vacío: ahora",
				"sw": "Misheni iliambiwa lini; ikiwa wazi, ni sasa",
			},
		},
		{
			ID: "source", Type: Reference, To: "source", HXL: "#meta+source",
			Label: Words{"en": "Source", "fr": "Source", "ht": "Sous", "es": "Fuente", "sw": "Chanzo"},
			Help: Words{
				"en": "Reference of the source this rests on",
				"fr": "Référence de la source sur laquelle cela repose",
				"ht": "Referans sous kote enfòmasyon an soti a",
				"es": "Referencia de la fuente en que se apoya",
				"sw": "Rejea ya chanzo cha taarifa hii",
			},
		},
		{
			ID: "grade", Type: Text, HXL: "#meta+grade", Max: "8",
			Label: Words{"en": "Grade", "fr": "Cotation", "ht": "Nòt fyab", "es": "Evaluación", "sw": "Daraja"},
			Help: Words{
				"en": "How reliable the source is, A to F, and how credible the report, 1 to 6: B2",
				"fr": "Fiabilité de la source, de A à F, et crédibilité de l’information, de 1 à 6 : B2",
				"ht": "Konbyen sous la fyab, A rive F, ak konbyen enfòmasyon an kwayab, 1 rive 6: B2",
				"es": "Fiabilidad de la fuente, de A a F, y credibilidad de la información, de 1 a 6: B2",
				"sw": "Uaminifu wa chanzo, A hadi F, na uhakika wa taarifa, 1 hadi 6: B2",
			},
		},
	}
}

func markingCodes() []Code {
	return []Code{
		{ID: "public", Label: Words{"en": "Public", "fr": "Public", "ht": "Piblik", "es": "Público", "sw": "Ya umma"}},
		{ID: "mission", Label: Words{"en": "Mission", "fr": "Mission", "ht": "Misyon", "es": "Misión", "sw": "Misheni"}},
		{ID: "owner", Label: Words{"en": "Owner only", "fr": "Propriétaire seulement", "ht": "Mèt la sèlman", "es": "Solo el titular", "sw": "Mwenye data pekee"}},
		{ID: "restricted", Label: Words{"en": "Restricted", "fr": "Restreint", "ht": "Restren", "es": "Restringido", "sw": "Yenye mipaka"}},
		{ID: "cell", Label: Words{"en": "Casualty cell", "fr": "Cellule des pertes", "ht": "Selil viktim yo", "es": "Célula de bajas", "sw": "Kitengo cha majeruhi"}},
	}
}

func isReserved(id string) bool {
	_, r := find(Reserved(), id)
	_, e := find(Envelope(), id)
	return r || e
}

func find(fields []Field, id string) (*Field, bool) {
	for i := range fields {
		if fields[i].ID == id {
			return &fields[i], true
		}
	}
	return nil, false
}
