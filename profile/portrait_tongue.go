package profile

import (
	"fmt"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A tongue is the table of one language. Formats say in a comment what they take;
// pairs are singular and plural of a format for a number.
type tongue struct {
	code    string
	head    string // date
	date    string // layout of package time
	decimal string // the decimal point
	rate    string // number: 12 %
	quotes  [2]string

	order, aReturn, days, past [2]string
	today                      string

	stages     map[clm.Stage]string
	since      string // date; follows a stage
	orders     string // orders, date, how long ago
	money      string // amount, orders
	prices     string // low, high, median
	onePrice   string // median, where it is all there is
	returns    string // share, currency, returns
	rhythms    string // days, number of days
	categories string // list
	brands     string // list
	channel    string // name, share
	hours      string // from, to, share
	missing    string // list
	parts      map[Part]string

	traited      string // name, value, confidence
	saying       string // quote of a text; follows a trait
	searching    string // quote of a query; follows a trait
	names        map[string]string
	confidence   [5]string // confirmed, then by falling confidence
	agreed       string    // purpose, date
	refused      string    // purpose, date
	unsubscribed string    // channel, date
	everything   string    // all channels
}

// tongueOf returns the table of a BCP 47 tag, English where there is none.
func tongueOf(tag string) *tongue {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	switch base {
	case "de":
		return german()
	case "fr":
		return french()
	case "es":
		return spanish()
	}
	return english()
}

func (t *tongue) heading(at time.Time) string { return fmt.Sprintf(t.head, t.day(at)) }

// day writes a date in UTC.
func (t *tongue) day(at time.Time) string { return at.UTC().Format(t.date) }

// ago says how long ago something was, in whole days.
func (t *tongue) ago(d time.Duration) string {
	n := int(d.Hours() / 24)
	if n <= 0 {
		return t.today
	}
	return counted(n, t.past)
}

func (t *tongue) amount(m clm.Money) string { return strings.Replace(m.String(), ".", t.decimal, 1) }

func (t *tongue) percent(share float64) string { return fmt.Sprintf(t.rate, 100*share) }

func (t *tongue) quoted(neutral string) string { return t.quotes[0] + neutral + t.quotes[1] }

// counted writes a number in the singular or plural.
func counted(n int, forms [2]string) string {
	if n == 1 {
		return fmt.Sprintf(forms[0], n)
	}
	return fmt.Sprintf(forms[1], n)
}
