package filter

import (
	"slices"
	"strings"
)

// ParseRules reads a filter in the documented grammar of Amazon Personalize. It
// fails with an [*Error], also for what the documentation rules out: conditions
// of one rule on several datasets (but CurrentItem may be compared with), another
// field of interactions than EVENT_TYPE, "*" anywhere else, CurrentUser outside
// of IF, OR in it, and parameters behind NOT IN. Its limits on the number of
// fields and parameters are not kept.
//
// Beyond the documentation, datasets, EVENT_TYPE and ItemID are read in any case,
// and the conditions have the whole language of this
// package.
//
// Source: Amazon Personalize Developer Guide, "Filter expressions".
func ParseRules(text string) (Rules, error) {
	p := newParser(text)
	var rules Rules
	for {
		r, err := p.rule()
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
		if p.token.kind == end {
			return rules, rules.sameSubject()
		}
		if !p.accept("|") {
			return nil, p.expected("AND, OR, IF, | or the end")
		}
	}
}

func (p *parser) rule() (Rule, error) {
	var r Rule
	switch {
	case p.accept("INCLUDE"):
		r.Include = true
	case !p.accept("EXCLUDE"):
		return r, p.expected("INCLUDE or EXCLUDE")
	}
	var err error
	if r.Of, err = p.subject(); err != nil {
		return r, err
	}
	if err = p.need("WHERE"); err != nil {
		return r, err
	}
	if r.Where, err = p.condition(); err != nil {
		return r, err
	}
	if err = r.checkWhere(); err != nil || !p.accept("IF") {
		return r, err
	}
	if r.If, err = p.condition(); err != nil {
		return r, err
	}
	return r, checkIf(r.If)
}

// condition reads an expression, with the names of datasets in any case.
func (p *parser) condition() (*Expr, error) {
	e, err := p.or(0)
	if err != nil {
		return nil, err
	}
	e.walk(func(leaf *Expr) {
		leaf.field = canonical(leaf.field)
		for i := range leaf.terms {
			leaf.terms[i].field = canonical(leaf.terms[i].field)
		}
	})
	return e, nil
}

// subject reads what is filtered. The documentation writes UserId too.
func (p *parser) subject() (Subject, error) {
	for _, s := range []Subject{Items, Users, Actions} {
		if p.token.kind == name && strings.EqualFold(p.token.text, string(s)) {
			p.advance()
			return s, nil
		}
	}
	return "", p.expected("ItemID, UserID or ActionID")
}

// sameSubject refuses rules that filter different things.
func (rs Rules) sameSubject() error {
	for _, r := range rs {
		if r.Of != rs[0].Of {
			return wrong(r.Where.at, "all rules to be about "+string(rs[0].Of), string(r.Of))
		}
	}
	return nil
}

// checkWhere checks the fields of a WHERE, all of which are in the dataset of the
// first.
func (r Rule) checkWhere() error {
	first := ""
	return firstError(r.Where, func(leaf *Expr) error {
		dataset, rest := split(leaf.field)
		switch {
		case !slices.Contains(datasets[r.Of], dataset) || rest == "":
			return wrong(leaf.at, "a field of "+strings.Join(datasets[r.Of], ", "), leaf.field)
		case first != "" && dataset != first:
			return wrong(leaf.at, "a field of "+first+", as in the first condition (join rules by | for more)", leaf.field)
		case events(dataset) && rest != eventType:
			return wrong(leaf.at, dataset+"."+eventType, leaf.field)
		case events(dataset) && leaf.op != opIn && leaf.op != opNotIn:
			return wrong(leaf.at, "IN or NOT IN behind "+leaf.field, opTexts[leaf.op])
		}
		first = dataset
		return r.checkTerms(leaf, dataset)
	})
}

// checkTerms checks what a field is compared with.
func (r Rule) checkTerms(leaf *Expr, dataset string) error {
	for _, t := range leaf.terms {
		other, _ := split(t.field)
		switch {
		case t.field != "" && (other != dataCurrentItem || r.Of != Items || events(dataset)):
			return wrong(t.at, "a value, a parameter or a field of CurrentItem", t.field)
		case t.value.kind == String && t.value.s == "*" && (!events(dataset) || len(leaf.terms) > 1):
			return wrong(t.at, `"*" only alone and for `+eventType, t.String())
		case events(dataset) && t.param == "" && t.value.kind != String:
			return wrong(t.at, "a type of events such as \"click\"", t.String())
		}
		if err := placeholder(leaf, t); err != nil {
			return err
		}
	}
	return nil
}

func placeholder(leaf *Expr, t term) error {
	if leaf.op == opNotIn && t.param != "" {
		return wrong(t.at, "values behind NOT IN (use IN with the opposite of INCLUDE or EXCLUDE)", t.String())
	}
	return nil
}

// checkIf checks the condition of a rule: fields of CurrentUser, joined by AND.
func checkIf(e *Expr) error {
	if e.op == opOr {
		return wrong(e.args[1].at, "conditions of IF to be joined by AND", "OR "+e.args[1].String())
	}
	return firstError(e, func(leaf *Expr) error {
		if dataset, rest := split(leaf.field); dataset != dataCurrentUser || rest == "" {
			return wrong(leaf.at, "a field of "+dataCurrentUser, leaf.field)
		}
		for _, t := range leaf.terms {
			if t.field != "" {
				return wrong(t.at, "a value or a parameter", t.field)
			}
			if err := placeholder(leaf, t); err != nil {
				return err
			}
		}
		return nil
	})
}

// firstError returns the first error of f on the comparisons of an expression.
func firstError(e *Expr, f func(leaf *Expr) error) (err error) {
	e.walk(func(leaf *Expr) {
		if err == nil {
			err = f(leaf)
		}
	})
	return err
}
