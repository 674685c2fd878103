package filter

import (
	"iter"
	"strings"
)

// A Clause says how one part of an expression came out on a record.
type Clause struct {
	// Text is the part of the expression.
	Text string `json:"text"`
	// Held reports whether it held.
	Held bool `json:"held"`
	// Seen is the value of the field, as [Value.String] writes it, and Against
	// that of the field on the right. "" where there is no field.
	Seen    string `json:"seen,omitempty"`
	Against string `json:"against,omitempty"`
	// Missing reports that the outcome could have been another one if no value
	// had been missing.
	Missing bool `json:"missing,omitempty"`
	// Clauses are the parts of an AND, OR or NOT, all of them.
	Clauses []Clause `json:"clauses,omitempty"`
}

// Explain returns how each part of the expression came out on a record. The zero
// Clause with Held set is that of a nil filter.
func (f *Filter) Explain(r Record) Clause {
	if f == nil {
		return Clause{Held: true}
	}
	return f.root.explain(r)
}

func (n *node) explain(r Record) Clause {
	c := Clause{Text: n.expr.String(), Held: n.holds(r), Missing: n.verdict(r) == unknown}
	for _, a := range n.args {
		c.Clauses = append(c.Clauses, a.explain(r))
	}
	if n.field != "" {
		c.Seen = r.Field(n.field).String()
	}
	if n.other != "" {
		c.Against = r.Field(n.other).String()
	}
	return c
}

// String returns the tree, one line per clause: "yes" or "no", the clause, and
// the value that was seen.
func (c Clause) String() string {
	var b strings.Builder
	c.write(&b, "")
	return b.String()
}

func (c Clause) write(b *strings.Builder, indent string) {
	answer := "no "
	if c.Held {
		answer = "yes"
	}
	b.WriteString(answer + "  " + indent + c.Text)
	if c.Seen != "" {
		b.WriteString("  [" + c.Seen)
		if c.Against != "" {
			b.WriteString(" and " + c.Against)
		}
		b.WriteString("]")
	}
	b.WriteString("\n")
	for _, each := range c.Clauses {
		each.write(b, indent+"  ")
	}
}

// A Tally counts records.
type Tally struct {
	Total    int // records that were looked at
	Matching int // those that pass
	// Unknown counts those for which values are missing without which it cannot
	// be said whether they would pass; they are in Matching or not, by the rule
	// on missing values.
	Unknown int
}

// Count counts what passes: the dry run of a segment. It ends at the first error
// of the sequence, and returns it with what was counted until then.
func (f *Filter) Count(records iter.Seq2[Record, error]) (Tally, error) {
	var t Tally
	for r, err := range records {
		if err != nil {
			return t, err
		}
		t.Total++
		if f.Match(r) {
			t.Matching++
		}
		if f != nil && f.root.verdict(r) == unknown {
			t.Unknown++
		}
	}
	return t, nil
}

// A verdict is a value of Kleene's logic of three: what can be said whatever the
// missing values are.
type verdict int8

const (
	never   verdict = -1
	unknown verdict = 0
	always  verdict = 1
)

func (n *node) verdict(r Record) verdict {
	switch n.op {
	case opNot:
		return -n.args[0].verdict(r)
	case opAnd:
		least := always
		for _, a := range n.args {
			least = min(least, a.verdict(r))
		}
		return least
	case opOr:
		most := never
		for _, a := range n.args {
			most = max(most, a.verdict(r))
		}
		return most
	}
	if n.op != opNull && n.op != opNotNull {
		missing := r.Field(n.field).kind == Missing
		if missing || n.other != "" && r.Field(n.other).kind == Missing {
			return unknown
		}
	}
	if n.holds(r) {
		return always
	}
	return never
}
