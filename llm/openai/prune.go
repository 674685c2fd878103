package openai

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// restore takes the nulls that stand for properties that are not there out of a reply, and leaves everything else of it
// to the letter. Prose around the JSON stays too. Where a choice has several schemas that fit, one that has no such
// null goes first, and else the first.
func (s *strict) restore(reply string) string {
	if s == nil || !s.added {
		return reply
	}
	from, to := strings.IndexByte(reply, '{'), strings.LastIndexByte(reply, '}')+1
	if from < 0 || to <= from {
		return reply
	}
	v, err := parseValue([]byte(reply[from:to]))
	if err != nil {
		return reply
	}
	p := pruner{known: map[pair]match{}}
	p.collect(s.shape, v)
	var b strings.Builder
	b.WriteString(reply[:from])
	at := 0
	for _, c := range p.cuts {
		b.WriteString(reply[from+at : from+c.from])
		at = c.to
	}
	b.WriteString(reply[from+at:])
	return b.String()
}

// pruner finds the nulls to take out.
type pruner struct {
	cuts  []cut
	known map[pair]match
}

// cut is a stretch of the text, in bytes.
type cut struct{ from, to int }

type pair struct {
	s *shape
	v *value
}

// match says whether a value fits a shape, and how many of its nulls stand for nothing.
type match struct {
	fits  bool
	nulls int
}

func (p *pruner) match(s *shape, v *value) match {
	key := pair{s, v}
	m, ok := p.known[key]
	if !ok {
		m = p.matchAnew(s, v)
		p.known[key] = m
	}
	return m
}

func (p *pruner) matchAnew(s *shape, v *value) match {
	if s.any != nil {
		if best := p.best(s, v); best != nil {
			return p.match(best, v)
		}
		return match{}
	}
	if !s.admits(v) {
		return match{}
	}
	switch v.kind {
	case '{':
		return p.matchObject(s, v)
	case '[':
		sum := match{fits: true}
		for _, item := range v.items {
			m := p.match(s.items, item)
			if !m.fits {
				return match{}
			}
			sum.nulls += m.nulls
		}
		return sum
	}
	return match{fits: true}
}

func (p *pruner) matchObject(s *shape, v *value) match {
	sum := match{fits: true}
	seen := map[string]bool{}
	for _, m := range v.members {
		child := s.props[m.key]
		if child == nil || seen[m.key] {
			return match{}
		}
		seen[m.key] = true
		if m.val.kind == 'n' && s.added[m.key] {
			sum.nulls++
			continue
		}
		got := p.match(child, m.val)
		if !got.fits {
			return match{}
		}
		sum.nulls += got.nulls
	}
	for name := range s.props {
		if !seen[name] && !s.added[name] {
			return match{}
		}
	}
	return sum
}

// best is the choice that a value fits, or nil.
func (p *pruner) best(s *shape, v *value) *shape {
	var first *shape
	for _, c := range s.any {
		switch m := p.match(c, v); {
		case m.fits && m.nulls == 0:
			return c
		case m.fits && first == nil:
			first = c
		}
	}
	return first
}

// admits reports whether a value is of a type and among the literals of a shape without choices.
func (s *shape) admits(v *value) bool {
	if s.enum != nil && !s.enum[v.canonical()] {
		return false
	}
	name := v.typeName()
	if slices.Contains(s.types, name) {
		return true
	}
	if name != "number" || !slices.Contains(s.types, "integer") {
		return false
	}
	f, err := strconv.ParseFloat(string(v.raw), 64)
	return err == nil && f == math.Trunc(f)
}

// collect notes the cuts within a value, in their order. A value that fits nothing is looked through as far as it is
// clear which schema it was meant for: what is wrong with it is for the caller to say.
func (p *pruner) collect(s *shape, v *value) {
	if s.any != nil {
		if c := p.meant(s, v); c != nil {
			p.collect(c, v)
		}
		return
	}
	switch {
	case v.kind == '{' && s.props != nil:
		p.collectObject(s, v)
	case v.kind == '[' && s.items != nil:
		for _, item := range v.items {
			p.collect(s.items, item)
		}
	}
}

func (p *pruner) collectObject(s *shape, v *value) {
	kept := false
	for i, m := range v.members {
		switch {
		case m.val.kind != 'n' || !s.added[m.key]:
			kept = true
			if child := s.props[m.key]; child != nil {
				p.collect(child, m.val)
			}
		case kept: // with the comma before it
			p.cuts = append(p.cuts, cut{v.members[i-1].to, m.to})
		case i+1 < len(v.members): // with the comma after it
			p.cuts = append(p.cuts, cut{m.from, v.members[i+1].from})
		default:
			p.cuts = append(p.cuts, cut{m.from, m.to})
		}
	}
}

// meant is the choice that a value fits, else the only one of its type.
func (p *pruner) meant(s *shape, v *value) *shape {
	if c := p.best(s, v); c != nil {
		return c
	}
	var only *shape
	for _, c := range s.any {
		if !c.may(v) {
			continue
		}
		if only != nil {
			return nil
		}
		only = c
	}
	return only
}

// may reports whether a value is of a type that a shape or one of its choices has.
func (s *shape) may(v *value) bool {
	return s.any == nil && s.admits(v) || slices.ContainsFunc(s.any, func(c *shape) bool { return c.may(v) })
}
