package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

func (p *printer) messages(all []message) {
	if len(all) == 0 {
		return
	}
	p.draft(all[0])
	for _, m := range all {
		verdict := "sent, and recorded in the log"
		if !m.Sent {
			verdict = "not sent: " + m.Veto
		}
		p.line("  %-10s %s", m.Customer, verdict)
	}
}

// draft shows a message and what it rests on.
func (p *printer) draft(m message) {
	if m.Path == "" {
		p.title("No message to %s passed the checks", m.Customer)
		return
	}
	p.title("A message to %s, written by %s", m.Customer, m.Path)
	p.line("  | Subject: %s\n  |", m.Subject)
	for line := range strings.Lines(m.Body) {
		p.line("  | %s", strings.TrimRight(line, "\n"))
	}
	p.line("  checks     passed; %d statements rest on the catalogue", len(m.Evidence))
	for _, e := range m.Evidence[:min(3, len(m.Evidence))] {
		p.line("             %q: item %s, %s", e.Quote, e.Item, e.Source)
	}
	if m.ModelError != "" {
		p.line("  model      its draft was not used: %s", m.ModelError)
	}
}

func (p *printer) answers(all []answer) {
	p.title("Support, from the help pages of the simulated shop")
	for _, a := range all {
		p.line("  Q: %s\n  A: %s", a.Question, a.Answer.Text)
		for _, c := range a.Answer.Citations {
			p.line("     [%s %d-%d] %q", c.Document, c.Start, c.End, c.Quote)
		}
		if h := a.Answer.Handoff; h != nil {
			p.line("     handed to a colleague: %s", h.Reason)
		}
		if a.ModelError != "" {
			p.line("     model: %s", a.ModelError)
		}
	}
}

func (p *printer) quality(q *quality) {
	p.title("How good it is, on what came after %s and was not learned from", q.Cut.Format(time.DateOnly))
	p.churnQuality(q)
	p.rankQuality(q)
	c := q.Content
	p.line("  message    %d of %d honest drafts pass; %d of %d planted untruths are found (without checks: 0)", c.Passed, c.Drafts, c.Caught, c.Planted)
	s := q.Support
	p.line("  support    %d of %d answerable questions answered from the right page (best passage alone: %d), %d of %d others declined (best passage alone: %d); %d wrong answers",
		s.Right, s.Known, s.RightTop, s.Declined, s.Unknown, s.DeclinedTop, s.WrongAnswers)
}

func (p *printer) churnQuality(q *quality) {
	if q.Churn == nil {
		p.line("  churn      not measured: %s", q.ChurnWhy)
		return
	}
	table := [][]string{{"churn risk", "AUC", "PR-AUC", "Brier", "ECE", "lift@10%"}}
	for _, row := range []struct {
		name string
		q    churn.Quality
	}{{"model", q.Churn.Model}, {"recency only", q.Churn.RecencyOnly}, {"base rate", q.Churn.BaseRate}, {"RFM quintiles", q.Churn.RFM}} {
		brier, ece := "-", "-"
		if c := row.q.Calibration; c != nil {
			brier, ece = fmt.Sprintf("%.4f", c.Brier), fmt.Sprintf("%.4f", c.ECE)
		}
		table = append(table, []string{row.name, fmt.Sprintf("%.4f", row.q.AUC), fmt.Sprintf("%.4f", row.q.PRAUCChurns), brier, ece, fmt.Sprintf("%.2f", row.q.LiftChurns)})
	}
	p.line("  %d customers, of whom %s did not order again within 90 days", q.Churn.Cases, percent(q.Churn.ChurnRate))
	p.table(table...)
}

func (p *printer) rankQuality(q *quality) {
	if q.Recommend == nil {
		p.line("  recommend  not measured: %s", q.RankWhy)
		return
	}
	p.line("  %d customers who bought items that were new to them, all %d items ranked", q.Recommend.Customers, q.Recommend.Items)
	table := [][]string{{"recommendations", "NDCG@10", "HR@10", "recall@10", "MRR@10", "coverage"}}
	for _, m := range q.Recommend.Methods {
		name := m.Name
		if m.Default {
			name += " (used)"
		}
		table = append(table, []string{name, fmt.Sprintf("%.4f", m.NDCG), fmt.Sprintf("%.4f", m.HitRate), fmt.Sprintf("%.4f", m.Recall), fmt.Sprintf("%.4f", m.MRR), fmt.Sprintf("%.3f", m.Coverage)})
	}
	p.table(table...)
}

func (p *printer) paths(paths []pathTaken) {
	p.title("Which path made what")
	for _, t := range paths {
		why := ""
		if t.Why != "" {
			why = ": " + t.Why
		}
		p.line("  %-18s %s%s", t.Part, t.Path, why)
	}
}

func moneys(all []clm.Money) string {
	if len(all) == 0 {
		return "-"
	}
	var texts []string
	for _, m := range all {
		texts = append(texts, m.String())
	}
	return strings.Join(texts, " + ")
}

func reasons(all []churn.Reason, n int) string {
	var texts []string
	for _, r := range all[:min(n, len(all))] {
		texts = append(texts, fmt.Sprintf("%s (%+.2f)", r.Text, r.Contribution))
	}
	return strings.Join(texts, "; ")
}

// raising returns the reasons that raise the risk; those that lower it do not
// say why somebody may be lost.
func raising(all []churn.Reason, n int) string {
	up := slices.DeleteFunc(slices.Clone(all), func(r churn.Reason) bool { return r.Contribution <= 0 })
	return reasons(up, n)
}

func affinities(all []profile.Affinity) string {
	if len(all) == 0 {
		return "none known"
	}
	var texts []string
	for _, a := range all[:min(5, len(all))] {
		texts = append(texts, fmt.Sprintf("%s %.0f%%", a.Label, 100*a.Share))
	}
	return strings.Join(texts, ", ")
}

// events counts what the customer did.
func events(kinds []profile.KindCount) int {
	n := 0
	for _, k := range kinds {
		if k.Kind.ByCustomer() {
			n += k.Count
		}
	}
	return n
}
