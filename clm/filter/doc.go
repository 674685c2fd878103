// Package filter is a small language of conditions on customers and items:
// segments, catalogue filters, and the filter expressions of Amazon Personalize.
// A condition is read, checked against a schema, shown, explained on one record,
// counted on many, evaluated in memory or pushed down to SQL.
//
//	e, err := filter.Parse(`orders >= 2 AND last < now() - 90d AND NOT consents CONTAINS "email"`)
//	if err != nil {
//		return err // filter: 1:8: expected ...
//	}
//	f, err := filter.Compile(e, profile.Schema(), at, nil)
//	if err != nil {
//		return err // a field or a type that does not fit, with its place
//	}
//	if f.Match(record) {
//		fmt.Print(f.Explain(record))
//	}
//	pushed := f.Push(filter.Column{Dialect: filter.SQLite, SQL: "body"})
//	rows, err := db.Query("SELECT body FROM profiles WHERE "+pushed.Where, pushed.Args...)
//
// # The language
//
//	condition = condition OR condition | condition AND condition | NOT condition | ( condition ) | comparison
//	comparison = field (= | != | < | <= | > | >=) value
//	           | field [NOT] IN ( value, ... ) | field [NOT] IN field
//	           | set CONTAINS string | string MATCHES string
//	           | field IS [NOT] NULL
//	value = "text" | 1.5 | 19.99 EUR | true | false | 7d | 1h30m | now() - 7d | time("2026-01-31") | $PARAM | field
//
// NOT binds closest, then AND, then OR. Keywords are read in any case. A name that
// is a keyword, or has other characters than letters, digits, dots and
// underscores, stands in backquotes. Strings have the escapes of JSON. Units of
// durations are w, d, h, m, s, ms, us and ns; a day is 24 hours. Texts are compared
// by their bytes. IN holds for a set that has one of the values. MATCHES holds for
// a text that has all the words of the pattern, whatever their case and order; a
// star behind a word lets it be the start of a longer one.
//
// # Missing values
//
// A condition is true or false, never unknown. A comparison with a missing value
// does not hold, and neither does one of amounts in different currencies. != and
// NOT IN are the opposites of = and IN, so they do hold then: NOT x = 1 and x != 1
// mean the same, and x IS NOT NULL AND x != 1 is how to ask for less. An empty set
// is a missing one. This is what makes a condition that was pushed down mean the
// same as in memory, and NOT mean the rest. [Filter.Count] tells how many records
// were decided by a missing value.
//
// # Amazon Personalize
//
// [ParseRules] reads filters such as
//
//	EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("purchase") | INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)
//
// and [Rules.Compile] makes of them what keeps or drops an item, a user or an
// action.
package filter
