package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
)

// print writes the summary as text.
func (s *summary) print(w io.Writer) error {
	p := &printer{out: bufio.NewWriter(w)}
	p.line("%s on %s", s.Shop, s.At.Format(time.DateOnly))
	p.rows(s)
	p.stages(s)
	p.worth(s)
	p.portrait(&s.Portrait)
	p.suggestions(s)
	p.messages(s.Messages)
	p.answers(s.Answers)
	p.quality(&s.Quality)
	p.paths(s.Paths)
	return p.out.Flush()
}

// printer remembers the first error in its buffer, which Flush returns.
type printer struct{ out *bufio.Writer }

func (p *printer) line(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

func (p *printer) title(format string, args ...any) { p.line("\n== "+format, args...) }

// table writes rows of cells under each other; numbers are right-aligned.
func (p *printer) table(rows ...[]string) {
	t := tabwriter.NewWriter(p.out, 0, 8, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(t, "  "+strings.Join(row, "\t"))
	}
	t.Flush() // into a buffer
}

func (p *printer) rows(s *summary) {
	if r := s.Rows; r != nil {
		p.title("What was read: %d rows, %d kept as lines of %d orders and %d returns", r.Rows, r.Kept, r.Orders, r.Returns)
		table := [][]string{{"set aside", "rows", "for example"}}
		for _, a := range r.Aside {
			example := ""
			if len(a.Examples) > 0 {
				example = fmt.Sprintf("line %d: %s", a.Examples[0].Line, a.Examples[0].Problem)
			}
			table = append(table, []string{string(a.Reason), fmt.Sprint(a.Rows), example})
		}
		p.table(table...)
	}
	p.line("  %d events taken in, %d invalid, %d refused by a profile", s.Events.Appended, s.Events.Aside, s.Refused)
	if s.Held > 0 {
		p.line("  the file held %d events before; those that were among them changed nothing", s.Held)
	}
	for _, why := range s.Aside {
		p.line("    %s", why)
	}
}

func (p *printer) stages(s *summary) {
	p.title("%d customers by lifecycle stage", s.Customers)
	table := [][]string{{"stage", "customers", "value", "buyers", "churn risk", "at risk in 90 days"}}
	for _, r := range s.Stages {
		risk := "-"
		if r.Risk > 0 {
			risk = percent(r.Risk)
		}
		table = append(table, []string{string(r.Stage), fmt.Sprint(r.Customers), moneys(r.Value), fmt.Sprint(r.Buyers), risk, r.AtRisk.String()})
	}
	p.table(table...)
	moved := []string{"nobody moved"}[:1-min(1, len(s.Moves))]
	for _, m := range s.Moves {
		moved = append(moved, fmt.Sprintf("%d from %s to %s", m.Customers, m.From, m.To))
	}
	p.line("  %d transitions recorded; at the last look: %s", s.Transitions, strings.Join(moved, ", "))
}

func (p *printer) worth(s *summary) {
	if len(s.Worth) == 0 {
		return
	}
	p.title("The %d customers most worth saving", len(s.Worth))
	r := s.Worth[0].Risk
	p.line("  churn: %s; base rate %s", r.Definition, percent(r.BaseRate))
	table := [][]string{{"customer", "at risk", "expected", "risk", "because"}}
	for _, k := range s.Worth {
		table = append(table, []string{string(k.Risk.Customer), k.AtRisk.String(), k.Expected.String(), percent(k.Risk.Probability), raising(k.Risk.Reasons, 2)})
	}
	p.table(table...)
}

func (p *printer) portrait(v *portrait) {
	c := v.Profile
	p.title("Customer %s", c.Customer)
	p.line("  stage      %s since %s: %s", v.Placement.Stage, c.Stage.Since.Format(time.DateOnly), v.Placement.Reason)
	p.line("  activity   %d events, %d orders, known since %s", events(c.Kinds), c.Frequency(), c.First.Format(time.DateOnly))
	if c.Frequency() > 0 {
		gaps := c.Gaps()
		p.line("  rhythm     last order %d days ago; gaps of %.0f days on average (sd %.0f, n %d)", v.RecencyDay, gaps.Mean.Hours()/24, gaps.SD.Hours()/24, gaps.N)
		p.line("  value      %s, %.0f%% of it came back", moneys(v.Monetary), 100*c.ReturnRate(c.Ledgers[0].Currency))
	}
	if b := v.PriceBand; b != nil {
		p.line("  prices     half of %d pieces cost %s to %s", b.Pieces, b.Low, b.High)
	}
	p.line("  interests  %s", affinities(v.Interests))
	if len(v.Brands) > 0 {
		p.line("  brands     %s", affinities(v.Brands))
	}
	if said := said(v.Traits, 4); len(said) > 0 {
		p.line("  said       %s", strings.Join(said, ", "))
	}
	if v.Risk != nil {
		p.line("  churn      %s (%s path; recency alone says %s): %s", percent(v.Risk.Probability), v.Risk.Path, percent(v.Risk.RecencyOnly), reasons(v.Risk.Reasons, 3))
	}
	evidence := make([]string, 0, 3)
	for _, o := range c.Orders[max(0, len(c.Orders)-3):] {
		evidence = append(evidence, fmt.Sprintf("%s (%s, %s)", o.Event, o.Time.Format(time.DateOnly), o.Amount))
	}
	p.line("  evidence   latest orders: %s", strings.Join(evidence, ", "))
}

// said are the first traits that rest on the customer's own words, with the words.
func said(traits []clm.Trait, most int) []string {
	var out []string
	for _, t := range traits {
		i := slices.IndexFunc(t.Evidence, func(v clm.Evidence) bool { return v.Quote != "" })
		if i >= 0 && len(out) < most {
			out = append(out, fmt.Sprintf("%s %s (%q in %s)", t.Name, t.Value, t.Evidence[i].Quote, t.Evidence[i].Event))
		}
	}
	return out
}

func (p *printer) suggestions(s *summary) {
	if len(s.Recommendations.Items) == 0 {
		return
	}
	p.title("Recommended to %s (%s path)", s.Portrait.Profile.Customer, s.Recommendations.Path)
	var table [][]string
	for _, i := range s.Recommendations.Items {
		price := ""
		if i.Price != (clm.Money{}) {
			price = i.Price.String()
		}
		table = append(table, []string{fmt.Sprint(i.Rank), i.Title, price, i.Because})
	}
	p.table(table...)
}

func percent(x churn.Probability) string { return fmt.Sprintf("%.0f%%", 100*float64(x)) }
