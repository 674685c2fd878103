package recommend

import (
	"slices"
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// A lexicon holds the words of a language that may be in a reason besides those
// of its template: a model that says something else has to use another word.
type lexicon struct {
	glue map[string]bool // grammar
	days map[string]bool // the unit of windows
	// senses are words that say the same, by what they say.
	senses map[sense]map[string]bool
}

// A sense is what a word of a reason says.
type sense string

// The senses. Those of sayPeople and sayOrders are what is counted.
const (
	sayPeople   sense = "customers"
	sayOthers   sense = "other customers"
	sayOrders   sense = "orders"
	sayItem     sense = "the item"
	sayBuy      sense = "buying"
	sayLook     sense = "looking"
	sayAlso     sense = "also"
	sayTogether sense = "together"
	sayAfter    sense = "after"
	saySoon     sense = "soon"
	sayAlike    sense = "alike"
	sayRecent   sense = "lately"
	sayEarlier  sense = "before"
	sayNew      sense = "new"
	sayYou      sense = "you"
	sayTimes    sense = "times"
	sayText     sense = "text"
)

// A saying is what the words of a kind of reason may say, and must.
type saying struct{ may, must []sense }

// sayings are those of the kinds.
var sayings = map[ReasonKind]saying{
	AlsoBought:     {[]sense{sayOthers}, []sense{sayPeople, sayBuy, sayAlso}},
	AlsoLooked:     {[]sense{sayOthers}, []sense{sayPeople, sayLook, sayAlso}},
	BoughtTogether: {nil, []sense{sayOrders, sayBuy, sayTogether}},
	BoughtNext:     {[]sense{sayOthers, saySoon}, []sense{sayPeople, sayBuy, sayAfter}},
	BoughtAlike:    {nil, []sense{sayPeople, sayBuy, sayAlike}},
	Popular:        {nil, []sense{sayPeople, sayBuy}},
	Rising:         {nil, []sense{sayPeople, sayBuy, sayEarlier}},
	LookedAt:       {nil, []sense{sayPeople, sayLook}},
	Arrived:        {nil, []sense{sayNew}},
	BoughtBefore:   {[]sense{sayTimes}, []sense{sayBuy, sayYou}},
	SimilarText:    {nil, []sense{sayText}},
}

// inPieces cuts a text into pieces, with the item's name as one of them; false
// if the name is not there once, apart from other words.
func inPieces(s, name string) ([]piece, bool) {
	if name == "" {
		return pieces(s), true
	}
	before, after, found := strings.Cut(s, name)
	if !found || strings.Contains(after, name) || !apart(before, name, after) {
		return nil, false
	}
	return slices.Concat(pieces(before), []piece{{name: true}}, pieces(after)), true
}

// apart reports whether no word of the name goes on outside of it.
func apart(before, name, after string) bool {
	return len(pieces(before))+len(pieces(name))+len(pieces(after)) == len(pieces(before+name+after))
}

// A count is a number, and whether it counts days: one of the next two words
// says so.
type count struct {
	number string
	days   bool
}

func (l *lexicon) counts(all []piece) []count {
	var counts []count
	for i, p := range all {
		if !p.number {
			continue
		}
		c := count{number: p.word}
		for _, next := range all[i+1 : min(i+3, len(all))] {
			if next.number {
				break
			}
			c.days = c.days || l.days[text.Plain(next.word)]
		}
		counts = append(counts, c)
	}
	return counts
}

// numberFlaw reports that the numbers are not those of the template, in their
// order and with their units.
func (l *lexicon) numberFlaw(want, got []piece) *flaw {
	found := l.counts(got)
	if slices.Equal(l.counts(want), found) {
		return nil
	}
	var words []string
	for _, c := range found {
		words = append(words, c.number)
	}
	return &flaw{FaultNumber, strings.Join(words, " ")}
}

// wordFlaw reports a word that the reason does not support, or that one is
// missing without which something else is said.
func (l *lexicon) wordFlaw(language text.Language, r *Reason, want, got []piece) *flaw {
	saying := sayings[r.Kind]
	allowed := map[string]bool{}
	for _, p := range want {
		allowed[text.Plain(p.word)] = true
	}
	for _, s := range slices.Concat(saying.may, saying.must, recentOf(r), []sense{sayItem}) {
		for word := range l.senses[s] {
			allowed[word] = true
		}
	}
	for _, p := range got {
		if word := text.Plain(p.word); !p.number && !p.name && !allowed[word] && !l.glue[word] {
			return &flaw{FaultWord, p.word}
		}
	}
	for _, s := range saying.must {
		if !slices.ContainsFunc(got, func(p piece) bool { return l.senses[s][text.Plain(p.word)] }) {
			return &flaw{FaultWord, "no word for " + string(s)}
		}
	}
	if r.Kind == BoughtNext && !l.follows(got) || r.Kind == Rising && !l.precedes(got) {
		return &flaw{FaultWord, "what came first"}
	}
	return nil
}

// recentOf returns the sense of words that only a reason with a window has.
func recentOf(r *Reason) []sense {
	if r.Window == 0 {
		return nil
	}
	return []sense{sayRecent}
}

// follows reports whether one of the two words before the item's name says that
// what is bought comes after it.
func (l *lexicon) follows(all []piece) bool {
	at := slices.IndexFunc(all, func(p piece) bool { return p.name })
	return at >= 0 && slices.ContainsFunc(all[max(0, at-2):at], func(p piece) bool { return l.senses[sayAfter][text.Plain(p.word)] })
}

// precedes reports whether the first word for "before" stands behind the number
// of days, so that it is about what was bought before them.
func (l *lexicon) precedes(all []piece) bool {
	earlier := slices.IndexFunc(all, func(p piece) bool { return l.senses[sayEarlier][text.Plain(p.word)] })
	return earlier >= 0 && slices.ContainsFunc(all[:earlier], func(p piece) bool { return l.days[text.Plain(p.word)] })
}

// lexicons are the languages.
var lexicons = map[string]*lexicon{
	"en": {
		glue: vocabulary("a an the this that these those it its who which of in on at by for from with as to and was were is are has have had been"),
		days: vocabulary("day days"),
		senses: map[sense]map[string]bool{
			sayPeople:   vocabulary("customer customers shopper shoppers buyer buyers people"),
			sayOthers:   vocabulary("other others"),
			sayOrders:   vocabulary("order orders"),
			sayItem:     vocabulary("item product"),
			sayBuy:      vocabulary("bought buy buys purchased ordered"),
			sayLook:     vocabulary("looked look looks viewed view seen saw"),
			sayAlso:     vocabulary("also too both"),
			sayTogether: vocabulary("together same"),
			sayAfter:    vocabulary("after following"),
			saySoon:     vocabulary("soon shortly"),
			sayAlike:    vocabulary("alike similar similarly much"),
			sayRecent:   vocabulary("last past day days recently lately"),
			sayEarlier:  vocabulary("before previously earlier"),
			sayNew:      vocabulary("new since"),
			sayYou:      vocabulary("you"),
			sayTimes:    vocabulary("time times last already"),
			sayText:     vocabulary("text similar word words shared share shares common description resembles"),
		},
	},
	"de": {
		glue: vocabulary("der die das den dem des ein eine einen einem einer dies diese dieser dieses diesen diesem es von vom in im am an auf mit zu und hat haben wurde wurden war waren ist sind welche welcher wie"),
		days: vocabulary("tag tage tagen"),
		senses: map[sense]map[string]bool{
			sayPeople:   vocabulary("kunde kunden kundin kundinnen käufer käufern käuferin käuferinnen"),
			sayOthers:   vocabulary("andere anderen"),
			sayOrders:   vocabulary("bestellung bestellungen"),
			sayItem:     vocabulary("produkt"),
			sayBuy:      vocabulary("gekauft kauft kaufen kauften kaufte bestellt bestellten bestellte"),
			sayLook:     vocabulary("angesehen ansahen sahen ansehen angeschaut schauten betrachtet betrachteten"),
			sayAlso:     vocabulary("auch ebenfalls"),
			sayTogether: vocabulary("zusammen gemeinsam"),
			sayAfter:    vocabulary("nach"),
			saySoon:     vocabulary("bald kurz darauf"),
			sayAlike:    vocabulary("ähnlich ähnliche ähnlichen ähnlicher ähnliches"),
			sayRecent:   vocabulary("letzten letzter vergangenen tag tage tagen"),
			sayEarlier:  vocabulary("davor zuvor vorher"),
			sayNew:      vocabulary("neu seit"),
			sayYou:      vocabulary("sie ihnen"),
			sayTimes:    vocabulary("mal zuletzt bereits schon"),
			sayText:     vocabulary("text ähnelt ähnlich wort wörter wörtern gemeinsame gemeinsamen gemeinsam beschreibung"),
		},
	},
	"fr": {
		glue: vocabulary("le la les l un une des du de d ce cet cette ces cela ceci qui et a ont été est sont par dans en au aux avec pour se"),
		days: vocabulary("jour jours"),
		senses: map[sense]map[string]bool{
			sayPeople:   vocabulary("client clients cliente clientes acheteur acheteurs personne personnes"),
			sayOthers:   vocabulary("autre autres"),
			sayOrders:   vocabulary("commande commandes"),
			sayItem:     vocabulary("article produit"),
			sayBuy:      vocabulary("acheté achetée achetés achetées achètent commandé commandée commandés"),
			sayLook:     vocabulary("regardé regardée regardés vu vue vus consulté consultée consultés"),
			sayAlso:     vocabulary("aussi également"),
			sayTogether: vocabulary("avec ensemble même"),
			sayAfter:    vocabulary("après"),
			saySoon:     vocabulary("peu"),
			sayAlike:    vocabulary("semblables similaires"),
			sayRecent:   vocabulary("cours derniers dernier jour jours récemment"),
			sayEarlier:  vocabulary("auparavant avant"),
			sayNew:      vocabulary("nouveau nouvelle depuis"),
			sayYou:      vocabulary("vous"),
			sayTimes:    vocabulary("fois dernière déjà"),
			sayText:     vocabulary("texte ressemble semblable mot mots commun communs description son"),
		},
	},
	"es": {
		glue: vocabulary("el la los las lo un una de del en y a al por que este esta esto estos estas ha han fue fueron es son con se"),
		days: vocabulary("día días"),
		senses: map[sense]map[string]bool{
			sayPeople:   vocabulary("cliente clientes comprador compradores persona personas"),
			sayOthers:   vocabulary("otro otros otra otras"),
			sayOrders:   vocabulary("pedido pedidos"),
			sayItem:     vocabulary("artículo producto"),
			sayBuy:      vocabulary("compró compraron comprado comprada compran pidió pidieron"),
			sayLook:     vocabulary("vio vieron visto vista ven miró miraron"),
			sayAlso:     vocabulary("también"),
			sayTogether: vocabulary("junto juntos mismo"),
			sayAfter:    vocabulary("después tras"),
			saySoon:     vocabulary("poco pronto"),
			sayAlike:    vocabulary("parecido parecidos parecida parecidas similares"),
			sayRecent:   vocabulary("últimos último día días recientemente"),
			sayEarlier:  vocabulary("antes anteriormente"),
			sayNew:      vocabulary("nuevo nueva desde"),
			sayYou:      vocabulary("usted pidió"),
			sayTimes:    vocabulary("vez veces última ya"),
			sayText:     vocabulary("texto parece palabra palabras común descripción su"),
		},
	},
}
