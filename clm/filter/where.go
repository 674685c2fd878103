package filter

// can reports whether a node can be pushed down, all of it.
func (w *writer) can(n *node, level int) bool {
	if level > maxLevel {
		return false
	}
	for _, a := range n.args {
		if !w.can(a, level+1) {
			return false
		}
	}
	if len(n.args) > 0 {
		return true
	}
	return n.op != opMatches && w.reaches(n.left) && (n.other == "" || w.comparable(n))
}

// reaches reports whether a field is at a path that the dialect can write.
func (w *writer) reaches(c column) bool {
	return c.path.keys != nil && w.source.keyed(c.path)
}

// comparable reports whether two fields can be compared in the database: they
// are single values, and amounts are of one currency.
func (w *writer) comparable(n *node) bool {
	single := n.op != opIn && n.op != opNotIn && n.left.Type != Set && n.against.Type != Set
	return single && w.reaches(n.against) && (n.left.Type != Money || n.left.Currency != "" && n.left.Currency == n.against.Currency)
}

// cost is an upper bound of the arguments of a node.
func (w *writer) cost(n *node) int {
	sum := 2 * (8 + len(n.left.path.keys) + len(n.against.path.keys))
	if n.left.Type == Money {
		sum *= 1 + len(n.right)
	}
	sum += 2 * len(n.right)
	for _, a := range n.args {
		sum += w.cost(a)
	}
	return sum
}

// node writes a condition.
func (w *writer) node(n *node) {
	switch n.op {
	case opAnd:
		w.tree(n.args, " AND ")
	case opOr:
		w.tree(n.args, " OR ")
	case opNot:
		w.put("NOT (")
		w.node(n.args[0])
		w.put(")")
	case opUnequal, opNotIn, opNull:
		positive := *n
		positive.op = map[op]op{opUnequal: opEqual, opNotIn: opIn, opNull: opNotNull}[n.op]
		w.put("NOT (")
		w.node(&positive)
		w.put(")")
	default:
		w.comparison(n)
	}
}

// tree writes conditions as [balanced] does.
func (w *writer) tree(args []*node, by string) {
	if len(args) == 1 {
		w.node(args[0])
		return
	}
	half := len(args) / 2
	w.put("(")
	w.tree(args[:half], by)
	w.put(by)
	w.tree(args[half:], by)
	w.put(")")
}

// comparison writes a comparison that is false where a value is missing.
func (w *writer) comparison(n *node) {
	open := n.left.Type == Money && n.left.Currency == ""
	switch {
	case n.left.Type == Set:
		w.source.members(n.left.path, func(member func()) {
			member()
			w.test(n)
		})
	case open && n.op == opIn:
		w.amounts(n)
	default:
		w.put("(")
		w.field(n.left, n.right)
		w.test(n)
		w.put(") IS TRUE")
	}
}

// amounts writes IN for amounts that may be in different currencies.
func (w *writer) amounts(n *node) {
	each := make([]*node, len(n.right))
	for i := range n.right {
		each[i] = &node{op: opEqual, left: n.left, right: n.right[i : i+1]}
	}
	w.tree(each, " OR ")
}

// test writes what a value is compared with.
func (w *writer) test(n *node) {
	switch {
	case n.op == opNotNull:
		w.put(" IS NOT NULL")
	case n.op == opIn:
		w.put(" IN (")
		for i := range n.right {
			if i > 0 {
				w.put(", ")
			}
			w.literal(n.right[i])
		}
		w.put(")")
	case n.op == opContains:
		w.put(" = ")
		w.literal(n.right[0])
	case n.other != "":
		w.put(" ", opTexts[n.op], " ")
		w.field(n.against, nil)
	default:
		w.put(" ", opTexts[n.op], " ")
		w.literal(n.right[0])
	}
}

// field writes the value of a field that is no set. An amount of any currency
// counts only in that of what it is compared with.
func (w *writer) field(c column, with []Value) {
	value := func(base string, p path) {
		if c.Type != Money || c.Currency != "" {
			w.source.scalar(c.Type, base, p)
			return
		}
		w.put("CASE WHEN ")
		w.source.scalar(String, base, p.plus("currency"))
		if len(with) > 0 {
			w.put(" = ")
			w.literal(StringOf(with[0].s))
		} else {
			w.put(" <> ''")
		}
		w.put(" THEN ")
		w.source.scalar(Money, base, p.plus("minor"))
		w.put(" END")
	}
	if c.Zero {
		w.put("coalesce(")
	}
	if c.path.form == plain {
		value(w.column.SQL, c.path)
	} else {
		w.source.pick(c.path, func(base string) { value(base, within(c.path.last)) })
	}
	if c.Zero {
		w.put(", 0)")
	}
}
