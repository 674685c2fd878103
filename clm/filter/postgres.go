package filter

import "strconv"

// postgres writes the jsonb functions of PostgreSQL.
type postgres struct{ *writer }

// placeholder returns the parameter of the latest argument. Its type is said, so
// that nothing is left for the server to guess.
func (w *writer) placeholder(t Type) string {
	kind := map[Type]string{String: "text", Time: "text", Number: "float8", Bool: "boolean"}[t]
	if kind == "" {
		kind = "bigint"
	}
	return "$" + strconv.Itoa(w.column.First+len(w.args)-1) + "::" + kind
}

func (s *postgres) keyed(path) bool { return true }

// at writes the JSON value at a path. The column's text becomes one first; a
// part of such a value is one already, and the cast changes nothing.
func (s *postgres) at(base string, p path) {
	s.put("(", base, ")::jsonb")
	for _, k := range p.keys {
		s.put(" -> ")
		s.literal(StringOf(k))
	}
}

// scalars are the values of x.v by type. Numbers whose text is longer could be
// out of the range of a float, which would end the statement with an error.
var scalars = map[Type]string{
	String:   `CASE jsonb_typeof(x.v) WHEN 'string' THEN x.v #>> '{}' END COLLATE "C"`,
	Time:     `CASE jsonb_typeof(x.v) WHEN 'string' THEN nullif(rtrim(x.v #>> '{}', 'Z'), '0001-01-01T00:00:00') END COLLATE "C"`,
	Number:   `CASE WHEN jsonb_typeof(x.v) = 'number' AND length(x.v::text) < 309 THEN (x.v::text)::float8 END`,
	Money:    `CASE WHEN jsonb_typeof(x.v) = 'number' AND x.v::text ~ '^-?[0-9]+$' THEN (x.v::text)::numeric END`,
	Duration: `CASE WHEN jsonb_typeof(x.v) = 'number' AND x.v::text ~ '^-?[0-9]+$' THEN (x.v::text)::numeric END`,
	Bool:     `CASE jsonb_typeof(x.v) WHEN 'boolean' THEN (x.v::text)::boolean END`,
}

func (s *postgres) scalar(t Type, base string, p path) {
	s.put("(SELECT ", scalars[t], " FROM (SELECT ")
	s.at(base, p)
	s.put(" AS v) AS x)")
}

// each writes a table with the elements of an array, or the keys of an object. A
// value of another type has none.
func (s *postgres) each(p path) {
	s.put("(SELECT ")
	s.at(s.column.SQL, p)
	s.put(" AS v) AS y CROSS JOIN LATERAL ")
	if p.form == names {
		s.put("jsonb_object_keys(CASE jsonb_typeof(y.v) WHEN 'object' THEN y.v ELSE '{}'::jsonb END) AS e (value)")
	} else {
		s.put("jsonb_array_elements(CASE jsonb_typeof(y.v) WHEN 'array' THEN y.v ELSE '[]'::jsonb END) AS e (value)")
	}
}

// condition writes which elements are picked.
func (s *postgres) condition(p path) {
	s.put("(e.value -> ")
	s.literal(StringOf(p.pick[0]))
	s.put(") = ")
	switch p.pick[1] {
	case "true", "false":
		s.put("'", p.pick[1], "'::jsonb")
	default:
		s.put("to_jsonb(")
		s.literal(StringOf(p.pick[1]))
		s.put(")")
	}
}

func (s *postgres) members(p path, test func(member func())) {
	s.put("EXISTS (SELECT 1 FROM ")
	s.each(p)
	s.put(" WHERE ")
	if p.pick[0] != "" {
		s.condition(p)
		s.put(" AND ")
	}
	test(func() {
		if p.form == names {
			s.put("e.value")
			return
		}
		s.scalar(String, "e.value", within(p.last))
	})
	s.put(")")
}

func (s *postgres) pick(p path, value func(base string)) {
	s.put("(SELECT ")
	value("e.value")
	s.put(" FROM ")
	s.each(p)
	s.put(" WHERE ")
	s.condition(p)
	s.put(" LIMIT 1)")
}
