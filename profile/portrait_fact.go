package profile

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A draft is a portrait in the making.
type draft struct {
	*tongue
	p      *Profile
	at     time.Time
	opts   *PortraitOptions
	traits []clm.Trait
	facts  []Fact
}

func (d *draft) add(f Fact) {
	f.Weight = min(1, max(0.01, f.Weight))
	d.facts = append(d.facts, f)
}

// contract adds what carrying out orders takes.
func (d *draft) contract() {
	if len(d.p.Orders) == 0 {
		return
	}
	last := d.p.Orders[len(d.p.Orders)-1]
	d.add(Fact{
		Kind: OrdersFact, Weight: 0.85, Evidence: []clm.Evidence{{Event: last.Event}}, Events: d.p.Frequency(),
		Text: fmt.Sprintf(d.orders, counted(d.p.Frequency(), d.order), d.day(last.Time), d.ago(d.at.Sub(last.Time))),
	})
}

// spent adds the sum of each currency.
func (d *draft) spent() {
	for _, l := range d.p.Ledgers {
		spent := clm.Money{Minor: l.Ordered - l.Returned, Currency: l.Currency}
		d.add(Fact{
			Kind: MoneyFact, Weight: 0.75, Evidence: d.latest(l.Currency), Events: l.Orders + l.Returns,
			Text: fmt.Sprintf(d.money, d.amount(spent), counted(l.Orders, d.order)),
		})
	}
}

// latest points to the latest orders in a currency, at most three, newest first.
func (d *draft) latest(currency string) []clm.Evidence {
	var list []clm.Evidence
	for i := len(d.p.Orders) - 1; i >= 0 && len(list) < 3; i-- {
		if o := d.p.Orders[i]; o.Amount.Currency == currency {
			list = append(list, clm.Evidence{Event: o.Event})
		}
	}
	return list
}

// behaviour adds what acts say.
func (d *draft) behaviour() {
	d.placement()
	for _, l := range d.p.Ledgers {
		d.price(l.Currency)
		d.returned(&l)
	}
	d.rhythm()
	d.strongest(CategoryFact, clm.Interest, 0.8, d.categories, d.p.Categories)
	d.strongest(BrandFact, clm.PrefersBrand, 0.7, d.brands, d.p.Brands)
	d.where()
	d.when()
}

// placement adds the stage, with since when it is known.
func (d *draft) placement() {
	placed := d.p.Place(d.opts.Rules, d.at)
	f := Fact{Kind: StageFact, Weight: 0.9, Text: d.stages[placed.Stage]}
	for _, c := range d.p.Kinds {
		f.Events += c.Count
	}
	since := time.Time{}
	switch {
	case d.p.Stage.Stage == placed.Stage && !d.p.Stage.Since.After(d.at):
		since = d.p.Stage.Since
		f.Evidence = []clm.Evidence{{Event: d.p.Stage.Event}}
	case placed.Stage == clm.Maintenance:
		since = placed.Lapses
	}
	if n := len(d.p.Orders); n > 0 {
		f.Evidence = append(f.Evidence, clm.Evidence{Event: d.p.Orders[n-1].Event})
	}
	if !since.IsZero() {
		f.Text += fmt.Sprintf(d.since, d.day(since))
	}
	d.add(f)
}

// enough is how much n observations say, in [0, 1): half at 3, which is where a
// [Grade] becomes fair.
func enough(n int) float64 { return float64(n) / float64(n+3) }

func (d *draft) price(currency string) {
	band, ok := d.p.PriceBand(currency)
	if !ok {
		return
	}
	text := fmt.Sprintf(d.onePrice, d.amount(band.Median))
	if band.Low != band.High && band.Pieces >= 4 { // a quarter of fewer is no piece
		text = fmt.Sprintf(d.prices, d.amount(band.Low), d.amount(band.High), d.amount(band.Median))
	}
	d.add(Fact{
		Kind: PriceFact, Weight: 0.7 * enough(int(min(band.Pieces, 1e6))), Evidence: d.latest(currency), Events: int(band.Pieces),
		Text: text,
	})
}

func (d *draft) returned(l *Ledger) {
	if l.Returns == 0 || l.Ordered <= 0 {
		return
	}
	rate := d.p.ReturnRate(l.Currency)
	d.add(Fact{
		Kind: ReturnsFact, Weight: (0.3 + 0.6*rate) * enough(l.Orders), Events: l.Returns,
		Text: fmt.Sprintf(d.returns, d.percent(rate), label(l.Currency), counted(l.Returns, d.aReturn)),
	})
}

// rhythm adds the gaps, from two on; one gap is no rhythm.
func (d *draft) rhythm() {
	g := d.p.Gaps()
	if g.N < 2 || g.Mean <= 0 {
		return
	}
	var orders []clm.Evidence
	for _, o := range d.p.Orders[max(0, len(d.p.Orders)-3):] {
		orders = append(orders, clm.Evidence{Event: o.Event})
	}
	steady := 1 / (1 + float64(g.SD)/float64(g.Mean))
	d.add(Fact{
		Kind: RhythmFact, Weight: 0.8 * steady * enough(g.N), Evidence: orders, Events: g.N + 1,
		Text: fmt.Sprintf(d.rhythms, counted(wholeDays(g.Mean), d.days), wholeDays(g.SD)),
	})
}

func wholeDays(d time.Duration) int { return int(math.Round(d.Hours() / 24)) }

// strongest adds the three strongest labels, with the evidence of the traits of
// that name that say the same.
func (d *draft) strongest(kind FactKind, name string, weight float64, format string, w Weekly) {
	all := w.Affinities(d.at, 0)
	if len(all) == 0 {
		return
	}
	var list []string
	var evidence []clm.Evidence
	for _, a := range all[:min(3, len(all))] {
		list = append(list, label(a.Label)+" "+d.percent(a.Share))
		for _, t := range d.traits {
			if t.Name == name && t.Value == a.Label {
				evidence = append(evidence, t.Evidence...)
			}
		}
	}
	acts := 0
	for _, c := range d.p.Kinds {
		if c.Kind.ByCustomer() {
			acts += c.Count
		}
	}
	d.add(Fact{
		Kind: kind, Weight: weight * (0.5 + all[0].Share/2) * enough(acts), Evidence: evidence, Events: acts,
		Text: fmt.Sprintf(format, strings.Join(list, ", ")),
	})
}

// where adds the channel with the most events, the first of several.
func (d *draft) where() {
	best, total := LabelCount{}, 0
	for _, c := range d.p.Channels {
		total += c.Count
		if c.Count > best.Count {
			best = c
		}
	}
	if total == 0 {
		return
	}
	share := float64(best.Count) / float64(total)
	d.add(Fact{
		Kind: ChannelFact, Weight: 0.5 * share * enough(total), Events: total,
		Text: fmt.Sprintf(d.channel, label(best.Label), d.percent(share)),
	})
}

// span is the length of the hours that a portrait tells.
const span = 4

// when adds the four hours with the most events, the first of several. They are
// told when they hold at least twice their part of the day.
func (d *draft) when() {
	total, best, from := 0, -1, 0
	for h := range d.p.Hours {
		total += int(d.p.Hours[h])
		sum := 0
		for i := range span {
			sum += int(d.p.Hours[(h+i)%24])
		}
		if sum > best {
			best, from = sum, h
		}
	}
	share := float64(best) / float64(max(1, total))
	if total < 10 || share < 2*span/24.0 {
		return
	}
	d.add(Fact{
		Kind: HoursFact, Weight: 0.4 * share * enough(total), Events: total,
		Text: fmt.Sprintf(d.hours, from, (from+span)%24, d.percent(share)),
	})
}

// gaps adds what is hardly known.
func (d *draft) gaps() {
	var list []string
	for _, s := range d.p.Sufficiency(d.at) {
		if s.Grade == None || s.Grade == Thin {
			list = append(list, d.parts[s.Part])
		}
	}
	if len(list) > 0 {
		d.add(Fact{Kind: MissingFact, Weight: 0.2, Text: fmt.Sprintf(d.missing, strings.Join(list, ", "))})
	}
}
