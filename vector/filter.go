package vector

// Filter is met by a record that meets every one of its conditions. The empty filter is met by all.
type Filter []Condition

// Condition is met by a record whose attribute has one of the given values: one value is equality. A record without
// the attribute does not meet it, whatever the values, and a condition without values is met by no record.
type Condition struct {
	Attribute string   // Attribute is the name of the attribute.
	AnyOf     []string // AnyOf are the values admitted.
}

// test is a Condition in terms of a column's codes: row i passes when admitted[codes[i]].
type test struct {
	codes    []uint32
	admitted []bool
}

// tests translates the filter. It reports false when no record at all can meet it.
func (f Filter) tests(columns map[string]*column) ([]test, bool) {
	tests := make([]test, 0, len(f))
	for _, c := range f {
		col := columns[c.Attribute]
		if col == nil {
			return nil, false
		}
		t := test{codes: col.codes, admitted: make([]bool, len(col.values))}
		for _, value := range c.AnyOf {
			if code, ok := col.code[value]; ok {
				t.admitted[code] = true
			}
		}
		tests = append(tests, t)
	}
	return tests, true
}

func pass(tests []test, row int) bool {
	for _, t := range tests {
		if !t.admitted[t.codes[row]] {
			return false
		}
	}
	return true
}
