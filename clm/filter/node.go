package filter

// A node is an expression that is ready to be evaluated.
//
// The logic has two values. A comparison with a missing value does not hold;
// its opposite, which are != and NOT IN, and NOT before it, then does. So does a
// comparison of amounts in different currencies.
type node struct {
	op    op
	args  []*node
	field string
	other string  // the field on the right, if there is one
	right []Value // else what is there
	many  map[string]struct{}
	words []word
	expr  *Expr

	left, against column // where the fields are in a store
}

// manyStrings is from how many strings on a list is looked up in a map. Short
// lists are faster to go through.
const manyStrings = 12

func build(e *Expr) *node {
	n := &node{op: e.op, field: e.field, expr: e}
	for _, a := range e.args {
		n.args = append(n.args, build(a))
	}
	for _, t := range e.terms {
		n.other = t.field
		n.right = append(n.right, t.value)
	}
	switch {
	case n.other != "":
		n.right = nil
	case n.op == opMatches:
		n.words = parseWords(n.right[0].s)
	case (n.op == opIn || n.op == opNotIn) && len(n.right) >= manyStrings:
		n.index()
	}
	return n
}

// index makes a map of a list that has strings only.
func (n *node) index() {
	many := make(map[string]struct{}, len(n.right))
	for i := range n.right {
		if n.right[i].kind != String {
			return
		}
		many[n.right[i].s] = struct{}{}
	}
	n.many = many
}

// locate finds the fields in the schema.
func (n *node) locate(s Schema) (err error) {
	for _, a := range n.args {
		if err := a.locate(s); err != nil {
			return err
		}
	}
	if n.field != "" {
		n.left, _, err = s.find(n.field)
	}
	if n.other != "" && err == nil {
		n.against, _, err = s.find(n.other)
	}
	return err
}

// holds evaluates the node on a record.
func (n *node) holds(r Record) bool {
	switch n.op {
	case opAnd:
		for _, a := range n.args {
			if !a.holds(r) {
				return false
			}
		}
		return true
	case opOr:
		for _, a := range n.args {
			if a.holds(r) {
				return true
			}
		}
		return false
	case opNot:
		return !n.args[0].holds(r)
	}
	v := r.Field(n.field)
	if n.other == "" {
		return n.compare(&v, n.right)
	}
	other := r.Field(n.other)
	return n.compare(&v, []Value{other})
}

// compare evaluates a comparison.
func (n *node) compare(v *Value, right []Value) bool {
	switch n.op {
	case opNull:
		return v.kind == Missing
	case opNotNull:
		return v.kind != Missing
	case opEqual:
		return equal(v, &right[0])
	case opUnequal:
		return !equal(v, &right[0])
	case opIn:
		return n.among(v, right)
	case opNotIn:
		return !n.among(v, right)
	case opContains:
		return v.kind == Set && overlaps(v, &right[0])
	case opMatches:
		return n.matches(v, &right[0])
	}
	c, ok := order(v, &right[0])
	return ok && n.ordered(c)
}

func (n *node) ordered(c int) bool {
	switch n.op {
	case opLess:
		return c < 0
	case opAtMost:
		return c <= 0
	case opMore:
		return c > 0
	}
	return c >= 0
}

// among reports whether a value, or a member of a set, is on a list.
func (n *node) among(v *Value, list []Value) bool {
	if n.many != nil {
		return n.amongMany(v)
	}
	for i := range list {
		if overlaps(v, &list[i]) {
			return true
		}
	}
	return false
}

func (n *node) amongMany(v *Value) bool {
	if v.kind == String {
		_, ok := n.many[v.s]
		return ok
	}
	for _, s := range v.set {
		if _, ok := n.many[s]; ok {
			return true
		}
	}
	return false
}

func (n *node) matches(v, pattern *Value) bool {
	if v.kind != String || pattern.kind != String {
		return false
	}
	if n.other != "" {
		return matchWords(v.s, parseWords(pattern.s))
	}
	return matchWords(v.s, n.words)
}
