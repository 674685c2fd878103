package recommend

import (
	"fmt"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// English returns the reason as a clause such as "41 customers who bought Red
// mug also bought this", with the titles that the catalogue has, or else ids.
// The zero Reason is empty.
func (r Reason) English(catalogue *clm.Catalogue) string { return r.Text("en", catalogue) }

// Text returns the reason as a clause in the language of a BCP 47 tag: German,
// French, Spanish, or else English. Every number in it is one of the reason.
func (r Reason) Text(locale string, catalogue *clm.Catalogue) string {
	w, ok := wordings[languageOf(locale)]
	if !ok {
		w = wordings["en"]
	}
	form, ok := w.forms[r.Kind]
	if !ok {
		return ""
	}
	n := 0 // the singular
	if r.Count != 1 {
		n = 1
	}
	return strings.NewReplacer(
		"{n}", fmt.Sprint(r.Count), "{before}", fmt.Sprint(r.Before), "{item}", r.name(catalogue),
		"{window}", w.within(r.Window), "{day}", r.Last.Format(time.DateOnly), "{words}", w.sharing(r.Words),
	).Replace(form[n])
}

// name returns what the reason points to, as customers know it.
func (r Reason) name(catalogue *clm.Catalogue) string {
	if len(r.Items) == 0 {
		return r.Query
	}
	if item := catalogue.Item(r.Items[0]); item != nil && item.Title != "" {
		return item.Title
	}
	return string(r.Items[0])
}

// A wording says reasons in one language.
type wording struct {
	forms  map[ReasonKind][2]string // for a count of 1, and for others
	window [2]string                // of one day, and of more
	hours  string                   // of a window that is no number of days
	words  string                   // before the words that are shared
}

func (w *wording) within(window time.Duration) string {
	switch {
	case window == 0:
		return ""
	case window%day != 0:
		return fmt.Sprintf(w.hours, window)
	case window == day:
		return w.window[0]
	}
	return fmt.Sprintf(w.window[1], int(window/day))
}

func (w *wording) sharing(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return w.words + strings.Join(words, ", ")
}

// same is a form that does not depend on the count.
func same(form string) [2]string { return [2]string{form, form} }

// wordings are the languages.
var wordings = map[string]*wording{
	"en": {
		forms: map[ReasonKind][2]string{
			AlsoBought:     {"1 customer who bought {item} also bought this", "{n} customers who bought {item} also bought this"},
			AlsoLooked:     {"1 customer who looked at {item} also looked at this", "{n} customers who looked at {item} also looked at this"},
			BoughtTogether: {"bought together with {item} in 1 order", "bought together with {item} in {n} orders"},
			BoughtNext:     {"bought soon after {item} by 1 customer", "bought soon after {item} by {n} customers"},
			BoughtAlike:    {"bought by 1 customer who buys much the same", "bought by {n} customers who buy much the same"},
			Popular:        {"bought by 1 customer{window}", "bought by {n} customers{window}"},
			Rising:         {"bought by 1 customer{window}, and by {before} before that", "bought by {n} customers{window}, and by {before} before that"},
			LookedAt:       {"looked at by 1 customer{window}", "looked at by {n} customers{window}"},
			Arrived:        same("new since {day}"),
			BoughtBefore:   {"you ordered this 1 time, last on {day}", "you ordered this {n} times, last on {day}"},
			SimilarText:    same("its text is similar to {item}{words}"),
		},
		window: [2]string{" in the last 1 day", " in the last %d days"}, hours: " in the last %s", words: ": shared words ",
	},
	"de": {
		forms: map[ReasonKind][2]string{
			AlsoBought:     {"1 Kunde, der {item} gekauft hat, hat auch das gekauft", "{n} Kunden, die {item} gekauft haben, haben auch das gekauft"},
			AlsoLooked:     {"1 Kunde, der {item} angesehen hat, hat auch das angesehen", "{n} Kunden, die {item} angesehen haben, haben auch das angesehen"},
			BoughtTogether: {"in 1 Bestellung zusammen mit {item} gekauft", "in {n} Bestellungen zusammen mit {item} gekauft"},
			BoughtNext:     {"von 1 Kunden bald nach {item} gekauft", "von {n} Kunden bald nach {item} gekauft"},
			BoughtAlike:    {"von 1 Kunden gekauft, der Ähnliches kauft", "von {n} Kunden gekauft, die Ähnliches kaufen"},
			Popular:        {"von 1 Kunden gekauft{window}", "von {n} Kunden gekauft{window}"},
			Rising:         {"von 1 Kunden gekauft{window}, davor von {before}", "von {n} Kunden gekauft{window}, davor von {before}"},
			LookedAt:       {"von 1 Kunden angesehen{window}", "von {n} Kunden angesehen{window}"},
			Arrived:        same("neu seit {day}"),
			BoughtBefore:   {"von Ihnen 1 Mal bestellt, zuletzt am {day}", "von Ihnen {n} Mal bestellt, zuletzt am {day}"},
			SimilarText:    same("der Text ähnelt {item}{words}"),
		},
		window: [2]string{" am letzten Tag", " in den letzten %d Tagen"}, hours: " in den letzten %s", words: ": gemeinsame Wörter ",
	},
	"fr": {
		forms: map[ReasonKind][2]string{
			AlsoBought:     {"1 client qui a acheté {item} a aussi acheté cet article", "{n} clients qui ont acheté {item} ont aussi acheté cet article"},
			AlsoLooked:     {"1 client qui a regardé {item} a aussi regardé cet article", "{n} clients qui ont regardé {item} ont aussi regardé cet article"},
			BoughtTogether: {"acheté avec {item} dans 1 commande", "acheté avec {item} dans {n} commandes"},
			BoughtNext:     {"acheté peu après {item} par 1 client", "acheté peu après {item} par {n} clients"},
			BoughtAlike:    {"acheté par 1 client aux achats semblables", "acheté par {n} clients aux achats semblables"},
			Popular:        {"acheté par 1 client{window}", "acheté par {n} clients{window}"},
			Rising:         {"acheté par 1 client{window}, et par {before} auparavant", "acheté par {n} clients{window}, et par {before} auparavant"},
			LookedAt:       {"regardé par 1 client{window}", "regardé par {n} clients{window}"},
			Arrived:        same("nouveau depuis le {day}"),
			BoughtBefore:   {"vous l'avez commandé 1 fois, la dernière le {day}", "vous l'avez commandé {n} fois, la dernière le {day}"},
			SimilarText:    same("son texte ressemble à {item}{words}"),
		},
		window: [2]string{" au cours du dernier jour", " au cours des %d derniers jours"}, hours: " au cours des dernières %s", words: " : mots communs "},
	"es": {
		forms: map[ReasonKind][2]string{
			AlsoBought:     {"1 cliente que compró {item} también compró esto", "{n} clientes que compraron {item} también compraron esto"},
			AlsoLooked:     {"1 cliente que vio {item} también vio esto", "{n} clientes que vieron {item} también vieron esto"},
			BoughtTogether: {"comprado junto con {item} en 1 pedido", "comprado junto con {item} en {n} pedidos"},
			BoughtNext:     {"comprado poco después de {item} por 1 cliente", "comprado poco después de {item} por {n} clientes"},
			BoughtAlike:    {"comprado por 1 cliente con compras parecidas", "comprado por {n} clientes con compras parecidas"},
			Popular:        {"comprado por 1 cliente{window}", "comprado por {n} clientes{window}"},
			Rising:         {"comprado por 1 cliente{window}, y por {before} antes", "comprado por {n} clientes{window}, y por {before} antes"},
			LookedAt:       {"visto por 1 cliente{window}", "visto por {n} clientes{window}"},
			Arrived:        same("nuevo desde el {day}"),
			BoughtBefore:   {"lo pidió 1 vez, la última el {day}", "lo pidió {n} veces, la última el {day}"},
			SimilarText:    same("su texto se parece a {item}{words}"),
		},
		window: [2]string{" en el último día", " en los últimos %d días"}, hours: " en las últimas %s", words: ": palabras en común "},
}
