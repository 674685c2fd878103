package filter

import "strings"

// sqlite writes the JSON functions of SQLite.
type sqlite struct{ *writer }

// literal writes a parameter.
func (w *writer) literal(v Value) {
	w.args = append(w.args, w.value(v))
	if w.column.Dialect == Postgres {
		w.put(w.placeholder(v.kind))
	} else {
		w.put("?")
	}
}

// at writes a parameter with a path, such as $."a"."b".
func (s *sqlite) at(p path) {
	text := "$"
	for _, k := range p.keys {
		text += `."` + k + `"`
	}
	s.literal(StringOf(text))
}

// keyed refuses keys that a path of SQLite cannot name.
func (s *sqlite) keyed(p path) bool {
	odd := func(r rune) bool { return r == '"' || r == '\\' || r < ' ' }
	for _, k := range append([]string{p.pick[0], p.last}, p.keys...) {
		if strings.ContainsFunc(k, odd) {
			return false
		}
	}
	return true
}

// call writes a call of a JSON function for a path.
func (s *sqlite) call(function, base string, p path) {
	s.put(function, "(", base, ", ")
	s.at(p)
	s.put(")")
}

func (s *sqlite) scalar(t Type, base string, p path) {
	s.put("CASE ")
	s.call("json_type", base, p)
	switch t {
	case Bool:
		s.put(" WHEN 'true' THEN 1 WHEN 'false' THEN 0 END")
		return
	case Number:
		s.put(" WHEN 'integer' THEN CAST(")
		s.call("json_extract", base, p)
		s.put(" AS REAL) WHEN 'real' THEN ")
	case Money, Duration:
		s.put(" WHEN 'integer' THEN ")
	default:
		s.put(" WHEN 'text' THEN ")
	}
	if t == Time {
		s.put("nullif(rtrim(")
	}
	s.call("json_extract", base, p)
	if t == Time {
		s.put(", 'Z'), '0001-01-01T00:00:00')")
	}
	s.put(" END")
}

// each writes a table with the elements of an array, or the keys of an object. A
// value of another type has none.
func (s *sqlite) each(p path) {
	kind := "'array'"
	if p.form == names {
		kind = "'object'"
	}
	s.put("json_each(CASE ")
	s.call("json_type", s.column.SQL, p)
	s.put(" WHEN ", kind, " THEN ", s.column.SQL, " END, ")
	s.at(p)
	s.put(") AS e")
}

// element writes a part of an element, NULL where the element is no object.
func (s *sqlite) element(t Type, name string) {
	s.put("CASE e.type WHEN 'object' THEN ")
	s.scalar(t, "e.value", within(name))
	s.put(" END")
}

// condition writes which elements are picked.
func (s *sqlite) condition(p path) {
	switch p.pick[1] {
	case "true", "false":
		s.element(Bool, p.pick[0])
		s.put(" IS ", p.pick[1])
	default:
		s.element(String, p.pick[0])
		s.put(" = ")
		s.literal(StringOf(p.pick[1]))
	}
}

func (s *sqlite) members(p path, test func(member func())) {
	s.put("EXISTS (SELECT 1 FROM ")
	s.each(p)
	s.put(" WHERE ")
	if p.pick[0] != "" {
		s.condition(p)
		s.put(" AND ")
	}
	test(func() {
		switch {
		case p.form == names:
			s.put("e.key")
		case p.last == "":
			s.put("CASE e.type WHEN 'text' THEN e.value END")
		default:
			s.element(String, p.last)
		}
	})
	s.put(")")
}

func (s *sqlite) pick(p path, value func(base string)) {
	s.put("(SELECT ")
	value("e.value")
	s.put(" FROM ")
	s.each(p)
	s.put(" WHERE ")
	s.condition(p)
	s.put(" LIMIT 1)")
}
