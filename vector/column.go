package vector

// absent is the code of a row without the attribute.
const absent = 0

// column holds one attribute of all rows as small integers, which a scan compares without touching a string or a map.
// A value whose last row is gone is forgotten and its code given out again.
type column struct {
	codes  []uint32          // by row
	code   map[string]uint32 // by value
	values []string          // by code
	uses   []int             // rows by code
	free   []uint32          // codes not in use
}

func newColumn(rows int) *column {
	return &column{codes: make([]uint32, rows), code: map[string]uint32{}, values: []string{""}, uses: []int{0}}
}

// set gives the row the value. The row is absent before.
func (c *column) set(row int, value string) {
	code, ok := c.code[value]
	if !ok {
		code = c.add(value)
	}
	c.codes[row] = code
	c.uses[code]++
}

func (c *column) add(value string) uint32 {
	var code uint32
	if n := len(c.free); n > 0 {
		code, c.free = c.free[n-1], c.free[:n-1]
		c.values[code] = value
	} else {
		code = uint32(len(c.values))
		c.values, c.uses = append(c.values, value), append(c.uses, 0)
	}
	c.code[value] = code
	return code
}

// unset makes the row absent.
func (c *column) unset(row int) {
	code := c.codes[row]
	if code == absent {
		return
	}
	c.codes[row] = absent
	if c.uses[code]--; c.uses[code] == 0 {
		delete(c.code, c.values[code])
		c.values[code] = ""
		c.free = append(c.free, code)
	}
}
