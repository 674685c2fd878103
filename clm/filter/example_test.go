package filter_test

import (
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func Example() {
	schema := filter.Schema{
		"orders":   {Type: filter.Number, Path: "orders"},
		"last":     {Type: filter.Time, Path: "last"},
		"consents": {Type: filter.Set, Path: "consents[]"},
	}
	e, err := filter.Parse(`(orders >= 2) and last < now() - 1w and not consents contains "email"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e)
	f, err := filter.Compile(e, schema, at, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	anna := filter.Map{"orders": filter.NumberOf(3), "last": filter.TimeOf(at.AddDate(0, 0, -10)), "consents": filter.SetOf("email", "sms")}
	fmt.Println(f.Match(anna))
	fmt.Print(f.Explain(anna))
	// Output:
	// orders >= 2 AND last < now() - 7d AND NOT consents CONTAINS "email"
	// false
	// no   orders >= 2 AND last < time("2026-02-22T12:00:00Z") AND NOT consents CONTAINS "email"
	// yes    orders >= 2  [3]
	// yes    last < time("2026-02-22T12:00:00Z")  [time("2026-02-19T12:00:00Z")]
	// no     NOT consents CONTAINS "email"
	// yes      consents CONTAINS "email"  [["email", "sms"]]
}

func ExampleParse_error() {
	_, err := filter.Parse(`orders >= 2 AND last < now() - 7`)
	fmt.Println(err)
	e, _ := filter.Parse(`price < 20`)
	fmt.Println(e.Validate(filter.ItemSchema()))
	// Output:
	// filter: 1:32: expected a duration such as 7d, 12h or 1h30m, found 7
	// filter: 1:9: expected an amount of money such as 19.99 EUR to compare price with, found 20
}

func ExampleFilter_Push() {
	e, err := filter.Parse(`attribute.colour = "red" AND title MATCHES "boot*"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := filter.Compile(e, filter.ItemSchema(), at, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, dialect := range []filter.Dialect{filter.SQLite, filter.Postgres} {
		pushed := f.Push(filter.Column{Dialect: dialect, SQL: "body"})
		fmt.Println(pushed.Where)
		fmt.Printf("%q, then %s\n", pushed.Args, pushed.Rest.Expr())
	}
	// Output:
	// (CASE json_type(body, ?) WHEN 'text' THEN json_extract(body, ?) END = ?) IS TRUE
	// ["$.\"attributes\".\"colour\"" "$.\"attributes\".\"colour\"" "red"], then title MATCHES "boot*"
	// ((SELECT CASE jsonb_typeof(x.v) WHEN 'string' THEN x.v #>> '{}' END COLLATE "C" FROM (SELECT (body)::jsonb -> $1::text -> $2::text AS v) AS x) = $3::text) IS TRUE
	// ["attributes" "colour" "red"], then title MATCHES "boot*"
}

func ExampleParseRules() {
	rules, err := filter.ParseRules(`INCLUDE ItemID WHERE Items.GENRE IN ($GENRE) | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("purchase")`)
	if err != nil {
		fmt.Println(err)
		return
	}
	params, err := filter.ParseParams(map[string]string{"GENRE": `"drama","comedy"`})
	if err != nil {
		fmt.Println(err)
		return
	}
	sieve, err := rules.Compile(at, params)
	if err != nil {
		fmt.Println(err)
		return
	}
	drama := filter.Map{"GENRE": filter.SetOf("drama", "crime")}
	fmt.Println(sieve.Keep(&filter.Candidate{Subject: drama}))
	fmt.Println(sieve.Keep(&filter.Candidate{Subject: drama, Events: []string{"Purchase"}}))
	// Output:
	// true
	// false
}

func ExampleItem() {
	boots := &clm.Item{ID: "i-1", Title: "Chelsea boots", Categories: []string{"shoes", "boots"}, Price: clm.Money{Minor: 8900, Currency: "EUR"}}
	e, err := filter.Parse(`categories CONTAINS "boots" AND price <= 100 EUR AND available = true`)
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := filter.Compile(e, filter.ItemSchema(), at, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Match((*filter.Item)(boots)))
	// Output: true
}
