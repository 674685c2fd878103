package rerank

import (
	"fmt"
	"strings"
	"time"

	"github.com/clmkit/clmkit/llm"
)

// Verdict is what [Measure] found: where a stage is on. Its JSON is for a host to
// store; what is read back gives the same gate. A nil Verdict is off everywhere.
type Verdict struct {
	// Stage and At are those of the options.
	Stage string    `json:"stage,omitempty"`
	At    time.Time `json:"at,omitzero"`
	// Options are those under which the stage was measured, and runs.
	Options Options `json:"options"`
	// K is how many ranks of the NDCG counted.
	K int `json:"k"`
	// Confidence is that of all intervals together: 1 - alpha.
	Confidence float64 `json:"confidence"`
	// Findings are those of the segments, in alphabetical order.
	Findings []Finding `json:"findings"`
	// Ended says why the measurement ended before its cases did. Usually empty.
	Ended string `json:"ended,omitempty"`
	// Spent is what the measurement cost.
	Spent llm.Micros `json:"spent_micros"`
}

// Finding is the verdict on one segment.
type Finding struct {
	Segment  Segment  `json:"segment"`
	On       bool     `json:"on"`
	Decision Decision `json:"decision"`
	// Why says it all in one line.
	Why string `json:"why"`

	// Lists were compared. Asked of them, or in a parallel measurement a few
	// more, were put to the stage; the others no order could change.
	Lists int `json:"lists"`
	Asked int `json:"asked"`
	// Kept counts the lists that were asked and left as they were, by cause.
	Kept map[Cause]int `json:"kept,omitempty"`
	// Before and After are the mean NDCG without and with the stage, Gain the
	// difference.
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	Gain   float64 `json:"gain"`
	// Low and High bound the true gain, at the confidence of the verdict for all
	// segments together, however long it was looked at.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// P50 and P95 are how long half and 95 % of the lists took, at most.
	P50 time.Duration `json:"p50_ns"`
	P95 time.Duration `json:"p95_ns"`
	// PerList is the mean cost of a list that was asked, rounded up.
	PerList llm.Micros `json:"per_list_micros"`
	Cost    Cost       `json:"cost"`
	Repairs Repairs    `json:"repairs"`
}

// Decision says why a stage is on or off in a segment.
type Decision string

// The decisions. The stage is on where it helps.
const (
	Helps     Decision = "helps"
	Useless   Decision = "useless"   // it surely adds less than it has to, or takes away
	Undecided Decision = "undecided" // too few lists to tell
	Fails     Decision = "fails"     // it gave no order, not once
	Slow      Decision = "slow"      // it would help, in more time than there is
	Dear      Decision = "dear"      // it would help, for more money than there is
)

// ordered is how many lists the stage gave an order for.
func (f *Finding) ordered() int {
	n := f.Asked
	for _, kept := range f.Kept {
		n -= kept
	}
	return n
}

// conclude takes latency and money into the decision, and puts it in words.
func (f *Finding) conclude(o *MeasureOptions) {
	switch {
	case f.Decision == "":
		f.Decision = Undecided
	case f.Decision != Helps:
	case o.Latency > 0 && f.P95 > o.Latency:
		f.Decision = Slow
	case o.PerList > 0 && f.PerList > o.PerList:
		f.Decision = Dear
	}
	f.On = f.Decision == Helps
	f.Why = f.words(o)
}

func (f *Finding) words(o *MeasureOptions) string {
	state := "off"
	if f.On {
		state = "on"
	}
	s := fmt.Sprintf("%s: %s. NDCG@%d %.4f with it, %.4f without: %+.4f, surely between %+.4f and %+.4f, by %d lists of which it was asked for %d",
		state, f.reason(o), o.K, f.After, f.Before, f.Gain, f.Low, f.High, f.Lists, f.Asked)
	if f.Asked == 0 {
		return s + "."
	}
	s += fmt.Sprintf("; p95 %v", f.P95)
	if o.Price != (llm.Price{}) {
		s += fmt.Sprintf("; %s a list", money(f.PerList))
	}
	if failed := f.Asked - f.ordered(); failed > 0 {
		s += fmt.Sprintf("; %d gave no order", failed)
	}
	return s + "."
}

// reason is the decision in words.
func (f *Finding) reason(o *MeasureOptions) string {
	switch f.Decision {
	case Helps:
		return "it makes these lists better"
	case Useless:
		if f.High < 0 {
			return "it makes these lists worse"
		}
		return fmt.Sprintf("it adds less than %g", o.Gain)
	case Fails:
		return "it gave no order"
	case Slow:
		return fmt.Sprintf("it helps, but is slower than %v", o.Latency)
	case Undecided:
		if f.Asked < o.Least {
			return fmt.Sprintf("it ordered %d lists, of %d that it takes", f.Asked, o.Least)
		}
	case Dear:
		return fmt.Sprintf("it helps, but costs more than %s a list", money(o.PerList))
	}
	return "these lists do not show whether it helps"
}

// money is an amount in whole units.
func money(m llm.Micros) string { return fmt.Sprintf("%d.%06d", m/1_000_000, m%1_000_000) }

// verdict is what was found.
func (m *measurement) verdict(segments []Segment) *Verdict {
	v := &Verdict{
		Stage: m.o.Stage, At: m.o.At, Options: m.o.Options, K: m.o.K, Confidence: 1 - m.o.Alpha,
		Ended: m.ended, Spent: m.spent,
	}
	for _, s := range segments {
		v.Findings = append(v.Findings, m.trials[s].done())
	}
	return v
}

// Finding is that of a segment, or nil when there were no lists of it.
func (v *Verdict) Finding(s Segment) *Finding {
	if v == nil {
		return nil
	}
	for i := range v.Findings {
		if v.Findings[i].Segment == s {
			return &v.Findings[i]
		}
	}
	return nil
}

// String is a line for each segment, and one for an early end.
func (v *Verdict) String() string {
	var b strings.Builder
	for _, f := range v.Findings {
		fmt.Fprintf(&b, "%s: %s\n", f.Segment, f.Why)
	}
	if v.Ended != "" {
		fmt.Fprintf(&b, "ended early: %s\n", v.Ended)
	}
	return b.String()
}
