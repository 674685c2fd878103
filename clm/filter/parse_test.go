package filter

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExpressionsHaveOneForm(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"keywords in any case", `a = 1 and not b = 2 Or c is null`, `a = 1 AND NOT b = 2 OR c IS NULL`},
		{"parentheses only where they are needed", `((a = 1) AND (b = 2)) OR (c = 3)`, `a = 1 AND b = 2 OR c = 3`},
		{"an OR within an AND needs them", `(a = 1 OR b = 2) AND c = 3`, `(a = 1 OR b = 2) AND c = 3`},
		{"a NOT before more than one comparison needs them", `NOT (a = 1 AND b = 2)`, `NOT (a = 1 AND b = 2)`},
		{"ANDs within ANDs are one", `a = 1 AND (b = 2 AND c = 3)`, `a = 1 AND b = 2 AND c = 3`},
		{"two forms of unequal", `a <> 1 AND b != 2`, `a != 1 AND b != 2`},
		{"weeks are days", `a >= 2w AND last < now() - 1w`, `a >= 14d AND last < now() - 7d`},
		{"durations of several units", `a > 90m AND b > -1h30m`, `a > 1h30m AND b > -1h30m`},
		{"money in its own digits", `a < 5 EUR AND b < 500 JPY AND c < -0.50 USD`, `a < 5.00 EUR AND b < 500 JPY AND c < -0.50 USD`},
		{"a day is its first moment", `a > time("2026-01-31")`, `a > time("2026-01-31T00:00:00Z")`},
		{"times are in UTC", `a > time("2026-01-31T01:00:00+01:00")`, `a > time("2026-01-31T00:00:00Z")`},
		{"escapes that are not needed go", `a = "\u0041\/\n"`, `a = "A/\u000a"`},
		{"a name that is a keyword is quoted", "`in` IN (1) AND `shoe size` = 2 AND `a``b` = 3 AND plain.in = 4", "`in` IN (1) AND `shoe size` = 2 AND `a``b` = 3 AND plain.in = 4"},
		{"a quoted name that need not be", "`a.b_1` = 1", "a.b_1 = 1"},
		{"a value in parentheses", `a > ($P)`, `a > $P`},
		{"lists of values and fields", `a NOT IN ("x" , $P) AND b IN c`, `a NOT IN ("x", $P) AND b IN c`},
		{"numbers", `a = 1.50 AND b = -2e3 AND c = 1e30`, `a = 1.5 AND b = -2000 AND c = 1e+30`},
		{"other operators", `s contains "x" AND t matches "red sho*" AND u is not null`, `s CONTAINS "x" AND t MATCHES "red sho*" AND u IS NOT NULL`},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := Parse(c.text)
			require.NoError(t, err)
			assert.Equal(t, c.want, e.String())
		})
	}
}

func TestAMalformedExpressionNamesItsPlaceAndWhatWasExpected(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", `filter: 1:1: expected a field, NOT or (, found the end`},
		{"no value", "a = AND b = 1", `filter: 1:5: expected a value, found AND`},
		{"no operator", "a 5", `filter: 1:3: expected an operator (=, !=, <, <=, >, >=, IN, NOT IN, CONTAINS, MATCHES, IS NULL), found 5`},
		{"two conditions without a word between", "a = 1\nb = 2", `filter: 2:1: expected AND, OR or the end, found b`},
		{"in the second line", "a = 1 AND\n  b ! 2", `filter: 2:5: expected a field, a value or an operator, found !`},
		{"columns count characters", `größe = "é" AND ?`, `filter: 1:17: expected a field, a value or an operator, found ?`},
		{"an open parenthesis", "(a = 1", `filter: 1:7: expected AND, OR or ), found the end`},
		{"one parenthesis too many", "a = 1)", `filter: 1:6: expected AND, OR or the end, found )`},
		{"an open string", `a = "x`, `filter: 1:5: expected a closing quotation mark, found "x`},
		{"a broken escape", `a = "\q"`, `filter: 1:5: expected a string of valid text, with the escapes of JSON, found "\q"`},
		{"a string that is not UTF-8", "a = \"\xff\"", `expected a string of valid text`},
		{"a string with a zero byte", `a = "\u0000"`, `expected a string of valid text`},
		{"an open list", `a IN ("x"`, `filter: 1:10: expected , or ), found the end`},
		{"an empty list", `a IN ()`, `filter: 1:7: expected a value, found )`},
		{"no list", `a IN "x"`, `filter: 1:6: expected ( or a field, found "x"`},
		{"NOT without IN", `a NOT "x"`, `filter: 1:7: expected IN, found "x"`},
		{"a number of no sense", `a = 1e999`, `filter: 1:5: expected a number within ±1.8e308, found 1e999`},
		{"a unit that is none", `a > now() - 7 AND b = 1`, `filter: 1:13: expected a duration such as 7d, 12h or 1h30m, found 7`},
		{"a duration too long", `a > 999999999d`, `filter: 1:5: expected a duration such as 7d, 12h or 1h30m, found 999999999d`},
		{"a currency that is none", `a > 5 XYZ`, `filter: 1:5: expected an amount of an ISO 4217 currency such as 19.99 EUR, found 5 XYZ`},
		{"a fraction of a yen", `a > 5.5 JPY`, `filter: 1:5: expected an amount`},
		{"a day that is none", `a > time("2026-02-30")`, `filter: 1:10: expected a time such as "2026-01-31" or "2026-01-31T12:00:00Z", found "2026-02-30"`},
		{"a parameter without a name", `a = $ 5`, `filter: 1:5: expected the name of a parameter behind $, found $`},
		{"an open backquote", "`a = 1", "filter: 1:1: expected a closing backquote, found `a = 1"},
		{"nested too deeply", strings.Repeat("(", 300) + "a = 1", `filter: 1:201: expected at most 200 levels, found (`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.text)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

func TestAnExpressionThatDoesNotFitNamesItsPlaceAndWhatWasExpected(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a field that is not there", `age > 1 AND agee > 2`, `filter: 1:13: expected a field of the schema (age, asked, audience, `},
		{"a string for a number", `age > "18"`, `filter: 1:7: expected a number such as 1.5 to compare age with, found "18"`},
		{"a number for money", `price < 20`, `filter: 1:9: expected an amount of money such as 19.99 EUR to compare price with, found 20`},
		{"another currency", `ordered.EUR > 5 USD`, `filter: 1:15: expected an amount of money in EUR such as 19.99 EUR to compare ordered.EUR with, found 5.00 USD`},
		{"a string for a time", `last > "2026-01-01"`, `filter: 1:8: expected a time such as now() - 7d or time("2026-01-31") to compare last with, found "2026-01-01"`},
		{"now for a duration", `recency > now()`, `filter: 1:11: expected a duration such as 7d or 1h30m to compare recency with, found now()`},
		{"an order of booleans", `vip > true`, `filter: 1:1: expected a field whose values have an order before >, found vip, a boolean`},
		{"a set that equals", `tags = "x"`, `filter: 1:1: expected a field with a single value (a set has CONTAINS and IN) before =, found tags, a set of strings`},
		{"a string that contains", `name CONTAINS "x"`, `filter: 1:1: expected a set of strings before CONTAINS, found name, a string`},
		{"words of a number", `age MATCHES "x"`, `filter: 1:1: expected a string before MATCHES, found age, a number`},
		{"a number on a list of strings", `name IN ("a", 5)`, `filter: 1:15: expected a string such as "shoes" to compare name with, found 5`},
		{"a field of another type", `name = age`, `filter: 1:8: expected a string such as "shoes" to compare name with, found age`},
		{"a star needs a rest", `trait. = "x"`, `filter: 1:1: expected a field of the schema`},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := Parse(c.text)
			require.NoError(t, err)
			assert.ErrorContains(t, e.Validate(shop), c.want)
			_, err = Compile(e, shop, noon, nil)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestParametersAreBound(t *testing.T) {
	e, err := Parse(`age > $AGE AND name IN ($NAMES, "z") AND name != $AGE2`)
	require.NoError(t, err)
	assert.Equal(t, []string{"AGE", "AGE2", "NAMES"}, e.Params())
	assert.Equal(t, []string{"age", "name"}, e.Fields())
	bind := func(p Params) (string, error) {
		f, err := Compile(e, shop, noon, p)
		return f.Expr().String(), err
	}
	text, err := bind(Params{"AGE": NumberOf(18), "NAMES": SetOf("a", "b"), "AGE2": StringOf(`"; --`)})
	require.NoError(t, err)
	assert.Equal(t, `age > 18 AND name IN ("a", "b", "z") AND name != "\"; --"`, text)

	_, err = bind(Params{"AGE": NumberOf(18), "NAMES": SetOf("a")})
	assert.EqualError(t, err, "filter: 1:50: expected a value for $AGE2, found null")
	_, err = bind(Params{"AGE": StringOf("x"), "NAMES": SetOf("a"), "AGE2": StringOf("x")})
	assert.EqualError(t, err, `filter: 1:7: expected a number such as 1.5 to compare age with, found "x"`)
	_, err = bind(Params{"AGE": SetOf("x", "y"), "NAMES": SetOf("a"), "AGE2": StringOf("x")})
	assert.EqualError(t, err, "filter: 1:7: expected a single value for $AGE, found 2 values")
	_, err = bind(Params{"AGE": NumberOf(1), "NAMES": SetOf("a\x00"), "AGE2": StringOf("x")})
	assert.ErrorContains(t, err, "1:25: expected strings of valid text for $NAMES")
}
