package profile

import "github.com/clmkit/clmkit/clm"

func german() *tongue {
	return &tongue{
		code:    "de",
		head:    "Was am %s über die Person bekannt ist:",
		date:    "02.01.2006",
		decimal: ",",
		rate:    "%.0f %%",
		quotes:  [2]string{"„", "“"},
		order:   [2]string{"%d Bestellung", "%d Bestellungen"},
		aReturn: [2]string{"%d Rücksendung", "%d Rücksendungen"},
		days:    [2]string{"%d Tag", "%d Tage"},
		past:    [2]string{"vor %d Tag", "vor %d Tagen"},
		today:   "heute",
		stages: map[clm.Stage]string{
			clm.Acquisition: "Kennt den Shop noch kaum",
			clm.Activation:  "Sieht sich um, hat nicht bestellt",
			clm.Conversion:  "Hat bestellt, ist noch kein Stammkunde",
			clm.Retention:   "Bestellt immer wieder",
			clm.Maintenance: "Hat bestellt und ist verstummt",
		},
		since:      ", seit %s",
		orders:     "%s, zuletzt am %s (%s)",
		money:      "Ausgegeben: %s mit %s, Rücksendungen abgezogen",
		prices:     "Die Hälfte der Stücke kostete %s bis %s, der Median ist %s",
		onePrice:   "Ein Stück kostete etwa %s",
		returns:    "%s des Bestellwerts in %s zurückgeschickt, mit %s",
		rhythms:    "Zeit zwischen Bestellungen: etwa %s, plus oder minus %d",
		categories: "Interessen: %s",
		brands:     "Marken: %s",
		channel:    "Meist auf %s (%s)",
		hours:      "Am aktivsten von %d bis %d Uhr (%s)",
		missing:    "Wenig bekannt über: %s",
		parts: map[Part]string{
			Behaviour: "Verhalten", Purchases: "Käufe", Interests: "Interessen", Words: "eigene Worte", Rhythm: "Bestellrhythmus",
		},
		traited:   "%s: %s (%s)",
		saying:    ", sagte %s",
		searching: ", suchte %s",
		names: map[string]string{
			clm.Interest: "Interesse an", clm.Dislike: "Möchte nicht", clm.PrefersBrand: "Mag die Marke", clm.WearsSize: "Größe",
			clm.PriceSensitivity: "Preisempfindlichkeit", clm.Occasion: "Kauft für", clm.LifeEvent: "Lebensereignis", clm.Language: "Sprache",
			clm.PrefersChannel: "Bevorzugter Kanal", clm.AgeBand: "Alter", clm.Household: "Haushalt", clm.Gender: "Geschlecht",
		},
		confidence:   [5]string{"bestätigt", "sicher", "wahrscheinlich", "möglich", "ein schwacher Hinweis"},
		agreed:       "Hat %s am %s zugestimmt",
		refused:      "Hat %s am %s abgelehnt",
		unsubscribed: "Von %s abgemeldet am %s",
		everything:   "allen Kanälen",
	}
}
