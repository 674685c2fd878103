package filter

import (
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func compile(t testing.TB, text string, s Schema) *Filter {
	e, err := Parse(text)
	require.NoError(t, err, text)
	f, err := Compile(e, s, noon, nil)
	require.NoError(t, err, text)
	return f
}

var anna = Map{
	"name": StringOf("Anna Straße"), "age": NumberOf(30), "price": MoneyOf(clm.Money{Minor: 1999, Currency: "EUR"}),
	"last": TimeOf(noon.AddDate(0, 0, -8)), "vip": BoolOf(false), "recency": DurationOf(8 * 24 * time.Hour),
	"tags": SetOf("red", "shoes"), "total": MoneyOf(clm.Money{Minor: 500, Currency: "EUR"}),
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"a number is equal to itself", `age = 30`, true},
		{"a bound is inclusive", `age >= 30 AND age <= 30`, true},
		{"a bound is exclusive", `age > 30 OR age < 30`, false},
		{"money of the currency", `price < 20 EUR`, true},
		{"money of another currency is not less", `price < 20 USD`, false},
		{"nor more, nor the same", `price >= 20 USD OR price = 19.99 USD`, false},
		{"but it is unequal", `price != 19.99 USD`, true},
		{"seen before a week", `last < now() - 7d`, true},
		{"not seen before nine days", `last < now() - 9d`, false},
		{"at the second", `last = time("2026-02-21T12:00:00Z")`, true},
		{"a duration", `recency > 1w AND recency <= 192h`, true},
		{"a boolean", `vip = false`, true},
		{"a set contains", `tags CONTAINS "red"`, true},
		{"a set has one of a list", `tags IN ("blue", "shoes")`, true},
		{"a set has none of a list", `tags NOT IN ("blue", "green")`, true},
		{"on a long list", `name IN ("1","2","3","4","5","6","7","8","9","10","11","12","Anna Straße")`, true},
		{"a set on a long list", `tags IN ("1","2","3","4","5","6","7","8","9","10","11","12")`, false},
		{"texts by their bytes", `name < "a"`, true},
		{"a field with a field", `total < price`, true},
		{"a missing value is not equal", `city = "x"`, false},
		{"nor less, more or on a list", `city < "x" OR city >= "x" OR city IN ("x")`, false},
		{"but it is unequal too", `city != "x" AND city NOT IN ("x") AND NOT city = "x"`, true},
		{"a missing value is null", `city IS NULL AND brands IS NULL AND age IS NOT NULL`, true},
		{"a missing field on the right", `name = city OR name IN audience`, false},
		{"words in any order and case", `name MATCHES "STRAßE anna"`, true},
		{"not a part of a word", `name MATCHES "ann"`, false},
		{"but the start with a star", `name MATCHES "ANN*"`, true},
		{"no words match nothing", `name MATCHES "..."`, false},
		{"NOT binds closest", `NOT age = 30 OR vip = false`, true},
		{"AND binds closer than OR", `age = 30 OR age = 30 AND age = 31`, true},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, compile(t, c.text, shop).Match(anna)) })
	}
}

func TestTheTextOfAFilterIsTheFilter(t *testing.T) {
	d := newDice(4)
	for range 2_000 {
		e := d.expr(3, false)
		f, err := Compile(e, shop, noon, Params{"P": StringOf("a"), "max_age": StringOf("a"), "X1": StringOf("a")})
		if err != nil {
			continue // a parameter of another type
		}
		again := compile(t, f.Expr().String(), shop)
		m, _ := d.record()
		require.Equal(t, f.Match(m), again.Match(m), f.Expr())
	}
}

func TestNotIsTheRest(t *testing.T) {
	d := newDice(3)
	for range 3_000 {
		e := d.expr(3, true)
		f, err := Compile(e, shop, noon, nil)
		require.NoError(t, err)
		g, err := Compile(&Expr{op: opNot, args: []*Expr{e}}, shop, noon, nil)
		require.NoError(t, err)
		m, _ := d.record()
		require.NotEqual(t, f.Match(m), g.Match(m), e)
	}
}

func TestExplainShowsWhatWasSeen(t *testing.T) {
	f := compile(t, `age >= 18 AND (city = "Köln" OR NOT tags CONTAINS "red") AND total < price`, shop)
	assert.Equal(t, `no   age >= 18 AND (city = "Köln" OR NOT tags CONTAINS "red") AND total < price
yes    age >= 18  [30]
no     city = "Köln" OR NOT tags CONTAINS "red"
no       city = "Köln"  [null]
no       NOT tags CONTAINS "red"
yes        tags CONTAINS "red"  [["red", "shoes"]]
yes    total < price  [5.00 EUR and 19.99 EUR]
`, f.Explain(anna).String())
	c := f.Explain(anna)
	assert.False(t, c.Held)
	assert.True(t, c.Missing, "with a city it could have held")
	assert.False(t, c.Clauses[0].Missing)
	assert.Equal(t, Clause{Held: true}, (*Filter)(nil).Explain(anna))
}

// list yields records and then an error, if there is one.
func list(err error, records ...Map) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func TestCountTellsWhatIsNotKnown(t *testing.T) {
	f := compile(t, `age < 20 OR vip = true`, shop)
	young, old, vip := Map{"age": NumberOf(10)}, Map{"age": NumberOf(40)}, Map{"vip": BoolOf(true)}
	tally, err := f.Count(list(nil, young, old, vip, Map{}, Map{"age": NumberOf(40), "vip": BoolOf(false)}))
	require.NoError(t, err)
	assert.Equal(t, Tally{Total: 5, Matching: 2, Unknown: 2}, tally, "unknown are the old one and the empty one")

	broken := errors.New("broken")
	tally, err = f.Count(list(broken, young))
	require.ErrorIs(t, err, broken)
	assert.Equal(t, Tally{Total: 1, Matching: 1}, tally)

	tally, err = (*Filter)(nil).Count(list(nil, young, old))
	require.NoError(t, err)
	assert.Equal(t, Tally{Total: 2, Matching: 2}, tally)
}

func TestItemsAreRecords(t *testing.T) {
	none, schema := 0, ItemSchema()
	boot := &clm.Item{ID: "i1", Title: "Red Chelsea boots", Categories: []string{"shoes", "boots"}, Price: clm.Money{Minor: 8900, Currency: "EUR"},
		Stock: &none, Added: noon.AddDate(0, 0, -3), Attributes: map[string]string{"colour": "red"}}
	for text, want := range map[string]bool{
		`categories CONTAINS "boots" AND price <= 89 EUR AND attribute.colour = "red"`: true,
		`added > now() - 7d AND title MATCHES "chelsea boot*"`:                         true,
		`available = true`: false,
		`stock = 0 AND brand IS NULL AND text IS NULL AND attribute.size IS NULL`: true,
		`id = "i2"`: false,
	} {
		assert.Equal(t, want, compile(t, text, schema).Match((*Item)(boot)), text)
	}
	bare := (*Item)(&clm.Item{ID: "i2", Title: "Sock"})
	for name := range schema {
		switch name {
		case "id", "title", "available":
			assert.NotEqual(t, Missing, bare.Field(name).Type(), name)
		default:
			assert.Equal(t, Missing, bare.Field(name).Type(), name)
		}
	}
}

// TestWhatIsKnownHoldsWhateverTheMissingValuesAre fills the gaps of a record
// with the values of another.
func TestWhatIsKnownHoldsWhateverTheMissingValuesAre(t *testing.T) {
	d, known, open := newDice(8), 0, 0
	for range 5_000 {
		e := d.expr(3, true)
		if strings.Contains(e.String(), " NULL") {
			continue // asks for the gap itself
		}
		f, err := Compile(e, shop, noon, nil)
		require.NoError(t, err)
		m, _ := d.record()
		if f.root.verdict(m) == unknown {
			open++
			continue
		}
		known++
		whole, _ := d.record()
		for name, v := range m {
			if v.Type() != Missing {
				whole[name] = v
			}
		}
		require.Equal(t, f.Match(m), f.root.verdict(m) == always, e)
		require.Equal(t, f.Match(m), f.Match(whole), e)
	}
	assert.Greater(t, known, 1_000)
	assert.Greater(t, open, 200)
}

func TestNilIsTheFilterThatAllPass(t *testing.T) {
	assert.Nil(t, And())
	assert.Nil(t, Or())
	assert.Nil(t, And(nil, nil))
	e, err := Parse("age = 1")
	require.NoError(t, err)
	assert.Nil(t, Or(e, nil))
	assert.Same(t, e, And(nil, e))
	f, err := Compile(nil, shop, noon, nil)
	require.NoError(t, err)
	assert.True(t, f.Match(anna))
	assert.Equal(t, Pushed{Where: "TRUE"}, f.Push(Column{SQL: "body"}))
}

func TestAPathThatLeadsNowhereIsRefused(t *testing.T) {
	for _, c := range []struct {
		t    Type
		path string
	}{
		{String, "a..b"}, {String, "a[]"}, {String, "a[].b"}, {String, "a{}"}, {Set, "a"}, {Set, "a[x=1]"}, {Number, "a[=1].b"}, {Number, "a[x].b"}, {Set, "a[].b.c]["}, {Set, "[]"},
	} {
		e, err := Parse(`f IS NULL`)
		require.NoError(t, err)
		_, err = Compile(e, Schema{"f": {Type: c.t, Path: c.path}}, noon, nil)
		assert.ErrorContains(t, err, "is not a path of", "%s %s", c.t, c.path)
	}
}

func BenchmarkMatch(b *testing.B) {
	none := 3
	item := (*Item)(&clm.Item{ID: "i1", Title: "Red Chelsea boots", Categories: []string{"shoes", "boots"}, Price: clm.Money{Minor: 8900, Currency: "EUR"},
		Stock: &none, Added: noon.AddDate(0, 0, -3)})
	f := compile(b, `categories CONTAINS "boots" AND price <= 89 EUR AND added > now() - 7d`, ItemSchema())
	b.Run("item", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !f.Match(item) {
				b.Fatal("does not match")
			}
		}
	})
	g := compile(b, `age >= 18 AND price <= 89 EUR AND last > now() - 9d`, shop)
	b.Run("map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !g.Match(anna) {
				b.Fatal("does not match")
			}
		}
	})
}
