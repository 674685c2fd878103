package filter

// A Record is what an expression is evaluated on: a customer, an item.
type Record interface {
	// Field returns the value of a field, the zero Value when the record has
	// none. It is called once for each comparison that is looked at, so it
	// should be cheap. It must not panic on names that it does not know.
	Field(name string) Value
}

// Map is a record in a map.
type Map map[string]Value

// Field returns the value under the name.
func (m Map) Field(name string) Value { return m[name] }

// RecordFunc is a function that is a Record.
type RecordFunc func(name string) Value

// Field calls f.
func (f RecordFunc) Field(name string) Value { return f(name) }
