package content

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// template is how messages are worded in a language.
type template struct {
	hello, helloName string                       // %s: the name
	short            string                       // the subject when the title is too long
	subject, opening map[Kind]string              // %s in the subject of promotions and introductions: the title
	warm             map[Kind]string              // openings of the warm tone
	lastOrder        string                       // for a win-back with an order in the profile
	item             string                       // %s, %s: title and price
	reduced          string                       // %s, %s, %s: title, new price, old price
	percent, off     string                       // %d or %s: what the offer takes off
	shipping         string                       // the offer's free delivery
	minimum          string                       // %s: the least order value
	code, until      string                       // %s
	closing          map[Tone]string              // the last line before the signature
	signature        string                       // %s: the shop
	date             func(until time.Time) string // as it is written after until
}

func englishTemplate() *template {
	return &template{
		short: "For you", hello: "Hello,", helloName: "Hello %s,",
		subject:   map[Kind]string{Promotion: "For you: %s", Introduction: "New: %s", WinBack: "We would love to see you again"},
		opening:   map[Kind]string{Promotion: "we picked this for you:", Introduction: "this is new in our shop:", WinBack: "it has been a while. This is waiting for you:"},
		warm:      map[Kind]string{Promotion: "we picked this for you with love:", Introduction: "look what has just arrived:", WinBack: "we have missed you! This is waiting for you:"},
		lastOrder: "it has been a while since your last order. This is waiting for you:",
		item:      "%s, %s", reduced: "%s, now %s instead of %s",
		percent: "You get %d % off.", off: "You get %s off.", shipping: "Free shipping.", minimum: "On orders from %s.",
		code: "Your code: %s.", until: "Until %s.",
		closing:   map[Tone]string{Plain: "Have a look.", Warm: "We hope it makes you smile!"},
		signature: "Your team at %s",
		date:      func(t time.Time) string { return t.Format("2 January 2006") },
	}
}

func germanTemplate() *template {
	months := strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
	return &template{
		short: "Für dich", hello: "Hallo,", helloName: "Hallo %s,",
		subject:   map[Kind]string{Promotion: "Für dich: %s", Introduction: "Neu: %s", WinBack: "Schön, wenn wir uns wiedersehen"},
		opening:   map[Kind]string{Promotion: "das haben wir für dich ausgesucht:", Introduction: "das ist neu bei uns:", WinBack: "wir haben uns lange nicht gesehen. Das wartet auf dich:"},
		warm:      map[Kind]string{Promotion: "das haben wir mit Freude für dich ausgesucht:", Introduction: "schau, was gerade angekommen ist:", WinBack: "wir haben dich vermisst! Das wartet auf dich:"},
		lastOrder: "deine letzte Bestellung ist eine Weile her. Das wartet auf dich:",
		item:      "%s, %s", reduced: "%s, jetzt %s statt %s",
		percent: "Du bekommst %d % Rabatt.", off: "Du bekommst %s Rabatt.", shipping: "Kostenloser Versand.", minimum: "Ab einem Bestellwert von %s.",
		code: "Dein Code: %s.", until: "Bis %s.",
		closing:   map[Tone]string{Plain: "Schau vorbei.", Warm: "Wir hoffen, du hast Freude daran!"},
		signature: "Dein Team von %s",
		date:      func(t time.Time) string { return fmt.Sprintf("%d. %s %d", t.Day(), months[t.Month()-1], t.Year()) },
	}
}

// fill puts values for the verbs %s and %d of a text, each once and in order. What is put in is not read again, so that a
// title with a percent sign stays what it is.
func fill(text string, values ...string) string {
	var out strings.Builder
	for _, v := range values {
		i := strings.Index(text, "%")
		out.WriteString(text[:i] + v)
		text = text[i+2:]
	}
	return out.String() + text
}

// write makes the message of a brief: as much of it as the channel has room for, the items and the offer first.
func (f *facts) write() *Draft {
	b, t := f.brief, f.lang.template
	d := &Draft{}
	if b.Channel.MaxSubject > 0 {
		title := strings.TrimSpace(f.sources[0].item.Title)
		d.Subject = t.subject[b.Kind]
		if strings.Contains(d.Subject, "%") {
			d.Subject = fill(d.Subject, title)
		}
		if utf8.RuneCountInString(d.Subject) > b.Channel.MaxSubject {
			d.Subject = t.short
		}
	}
	hello := t.hello
	if b.Name != "" {
		hello = fill(t.helloName, b.Name)
	}
	core := append(f.itemLines(), f.offerLine())
	full := strings.Join(nonEmpty(append(append([]string{hello, f.opening()}, core...), f.closing(), f.signature())...), "\n")
	for _, body := range []string{full, strings.Join(nonEmpty(append([]string{hello}, core...)...), "\n"), strings.Join(nonEmpty(core...), "\n")} {
		d.Body = body
		if utf8.RuneCountInString(body) <= b.Channel.MaxBody {
			break
		}
	}
	return d
}

func (f *facts) opening() string {
	b, t := f.brief, f.lang.template
	switch {
	case b.Kind == WinBack && f.shows(factOrdered):
		return t.lastOrder
	case b.Tone == Warm:
		return t.warm[b.Kind]
	}
	return t.opening[b.Kind]
}

func (f *facts) closing() string {
	if f.brief.Tone == Warm {
		return f.lang.template.closing[Warm]
	}
	return f.lang.template.closing[Plain]
}

func (f *facts) signature() string {
	if f.brief.Shop == "" {
		return ""
	}
	return fill(f.lang.template.signature, f.brief.Shop)
}

// itemLines names each item with its price, where it has one.
func (f *facts) itemLines() []string {
	var lines []string
	for _, s := range f.sources {
		title, price := strings.TrimSpace(s.item.Title), s.item.Price
		reduced, ok := f.brief.Offer.price(price)
		switch {
		case price.Currency == "":
			lines = append(lines, title)
		case ok:
			lines = append(lines, fill(f.lang.template.reduced, title, reduced.String(), price.String()))
		default:
			lines = append(lines, fill(f.lang.template.item, title, price.String()))
		}
	}
	return lines
}

// offerLine says what the offer grants and on what terms.
func (f *facts) offerLine() string {
	o, t := f.brief.Offer, f.lang.template
	if o == nil {
		return ""
	}
	var parts []string
	say := func(granted bool, text, value string) {
		if granted {
			parts = append(parts, fill(text, value))
		}
	}
	say(o.Percent > 0, t.percent, fmt.Sprint(o.Percent))
	say(o.Off.Minor > 0, t.off, o.Off.String())
	if o.FreeShipping {
		parts = append(parts, t.shipping)
	}
	say(o.Minimum.Minor > 0, t.minimum, o.Minimum.String())
	say(o.Code != "", t.code, o.Code)
	say(!o.Until.IsZero(), t.until, t.date(o.Until))
	return strings.Join(parts, " ")
}

func nonEmpty(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}
