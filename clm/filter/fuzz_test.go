package filter

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzParse(f *testing.F) {
	d := newDice(6)
	for range 50 {
		f.Add(d.expr(3, false).String())
	}
	f.Add("`a``b` in (\"\\ud83d\\ude42\", $P) and x.y<>-1e-7 or (b is not null)\n")
	f.Add(`a > 5.5 EUR and b <= now()+1w and c = time("2026-01-31T01:00:00+01:00")`)
	record, _ := d.record()
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err != nil {
			require.ErrorAs(t, err, new(*Error))
			return
		}
		again, err := Parse(e.String())
		require.NoError(t, err, e.String())
		require.True(t, e.Equal(again), e.String())
		require.Equal(t, e.String(), again.String())
		c, err := Compile(e, shop, noon, Params{"P": StringOf("a"), "X1": NumberOf(1)})
		if err != nil {
			return
		}
		require.Equal(t, c.Match(record), c.Explain(record).Held)
		c.Push(Column{SQL: "body"})
		c.Push(Column{SQL: "body", Dialect: Postgres})
	})
}

func FuzzParseRules(f *testing.F) {
	for _, d := range documentation {
		f.Add(d.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := ParseRules(text)
		if err != nil {
			require.ErrorAs(t, err, new(*Error))
			return
		}
		again, err := ParseRules(rules.String())
		require.NoError(t, err, rules.String())
		require.True(t, rules.Equal(again), rules.String())
		if sieve, err := rules.Compile(noon, Params{"P": StringOf("a")}); err == nil {
			sieve.Keep(&drama)
		}
	})
}

func FuzzParseParams(f *testing.F) {
	f.Add(`"drama", "comedy"`)
	f.Add("18")
	f.Fuzz(func(t *testing.T, text string) {
		if params, err := ParseParams(map[string]string{"P": text}); err == nil {
			require.NotEqual(t, Missing, params["P"].Type())
		}
	})
}
