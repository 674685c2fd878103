package vector

// Filter is met by a record that meets every one of its conditions. The empty filter is met by all.
type Filter []Condition

// Condition is met by a record whose attribute has one of the given values: one value is equality. A record without
// the attribute does not meet it, whatever the values, and a condition without values is met by no record.
type Condition struct {
	Attribute string   // Attribute is the name of the attribute.
	AnyOf     []string // AnyOf are the values admitted.
}

// test is a Condition in terms of a column's codes: row i passes when admitted[codes[i]] is 1.
type test struct {
	codes    []uint32
	admitted []uint8
	rows     int // how many pass
}

// tests translates the filter. It reports false when no record at all can meet it.
func (f Filter) tests(columns map[string]*column) ([]test, bool) {
	tests := make([]test, 0, len(f))
	for _, c := range f {
		col := columns[c.Attribute]
		if col == nil {
			return nil, false
		}
		t := test{codes: col.codes, admitted: make([]uint8, len(col.values))}
		for _, value := range c.AnyOf {
			if code, ok := col.code[value]; ok && t.admitted[code] == 0 {
				t.admitted[code] = 1
				t.rows += col.uses[code]
			}
		}
		if t.rows == 0 {
			return nil, false
		}
		tests = append(tests, t)
	}
	return tests, true
}

// passes reports whether the row meets every test.
func passes(tests []test, row uint32) bool {
	for _, t := range tests {
		if t.admitted[t.codes[row]] == 0 {
			return false
		}
	}
	return true
}

// pass writes which of the rows from up to to meet every test, and returns how many. There is no branch in its loops
// that a processor could guess wrong. It expects a test and at most chunkRows rows.
func pass(tests []test, passed *[chunkRows]uint32, from, to int) int {
	n := 0
	for i, code := range tests[0].codes[from:to] {
		passed[n%chunkRows] = uint32(from + i)
		n += int(tests[0].admitted[code])
	}
	for _, t := range tests[1:] {
		kept := 0
		for _, row := range passed[:n] {
			passed[kept] = row
			kept += int(t.admitted[t.codes[row]])
		}
		n = kept
	}
	return n
}
