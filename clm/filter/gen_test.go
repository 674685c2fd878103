package filter

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// noon is what now() means in these tests.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// shop is a schema with a field of every type in every form of path.
var shop = Schema{
	"name":      {Type: String, Path: "name"},
	"city":      {Type: String, Path: "address.city"},
	"nickname":  {Type: String, Path: "nickname"},
	"trait.*":   {Type: String, Path: "traits[name=*].value"},
	"segment":   {Type: String}, // computed: nothing in the text
	"age":       {Type: Number, Path: "age"},
	"visits":    {Type: Number, Zero: true, Path: "kinds[kind=visited].count"},
	"spent.*":   {Type: Money, Currency: "*", Zero: true, Path: "ledgers[currency=*].spent"},
	"idle":      {Type: Duration, Zero: true, Path: "idle"},
	"score.*":   {Type: Number, Path: "scores.*"},
	"orders":    {Type: Number, Path: "kinds[kind=ordered].count"},
	"price":     {Type: Money, Path: "price"},
	"total":     {Type: Money, Currency: "EUR", Path: "total"},
	"ordered.*": {Type: Money, Currency: "*", Path: "ledgers[currency=*].ordered"},
	"last":      {Type: Time, Path: "last"},
	"first":     {Type: Time, Path: "seen.first"},
	"ordered":   {Type: Time, Path: "kinds[kind=ordered].last"},
	"vip":       {Type: Bool, Path: "vip"},
	"asked":     {Type: Bool, Path: "consents[about=email].granted"},
	"recency":   {Type: Duration, Path: "recency"},
	"tags":      {Type: Set, Path: "tags[]"},
	"channels":  {Type: Set, Path: "channels[].label"},
	"consents":  {Type: Set, Path: "consents[granted=true].about"},
	"brands":    {Type: Set, Path: "brands{}"},
	"audience":  {Type: Set},
}

// A dice draws expressions and records from a seed.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 5))} }

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

func (d dice) text() string {
	return pick(d, "a", "A", "b", "ab", "", "é", "ß", "Straße 5", `q"u`, `b\s`, "x\ny", "Z", "🙂", "a%b_", "'; DROP TABLE t --", "\x7f", "\ufffd", "<&>", "\u2028")
}

func (d dice) number() float64 {
	switch d.IntN(4) {
	case 0:
		return float64(d.IntN(7) - 3)
	case 1:
		return float64(d.IntN(4000)-2000) / 100
	case 2:
		return pick(d, 0.1, 1e300, -1e300, 1e-290, 9007199254740993, 123456789.123456789, math.Copysign(0, -1), 1<<62, 1e21)
	}
	return math.Ldexp(d.Float64()-0.5, d.IntN(80)-40)
}

func (d dice) money(currency string) clm.Money {
	if currency == "" {
		currency = pick(d, "EUR", "USD", "JPY")
	}
	return clm.Money{Minor: pick(d, int64(0), -1, 199, 1999, 200000, math.MaxInt64, math.MinInt64), Currency: currency}
}

func (d dice) moment() time.Time {
	t := noon.AddDate(0, 0, d.IntN(21)-10)
	if d.IntN(2) == 0 {
		t = t.Add(pick(d, time.Duration(1), 500*time.Millisecond, 510*time.Millisecond, time.Second, 999_999_999))
	}
	return t
}

func (d dice) duration() time.Duration {
	return pick(d, 0, time.Second, -time.Second, 36*time.Hour, 7*24*time.Hour, 1500*time.Millisecond, 1, time.Duration(math.MaxInt64), time.Duration(math.MinInt64))
}

// literal draws a value of a type.
func (d dice) literal(t Type, currency string) Value {
	switch t {
	case String, Set:
		return StringOf(d.text())
	case Number:
		return NumberOf(d.number())
	case Money:
		return MoneyOf(d.money(currency))
	case Time:
		return TimeOf(d.moment())
	case Bool:
		return BoolOf(d.IntN(2) == 0)
	}
	return DurationOf(d.duration())
}

// fieldName draws a field of the schema.
func (d dice) fieldName() string {
	return pick(d, "name", "city", "nickname", "trait.size", `trait.shoe "size"`, "trait.größe", "trait.in", "segment", "age", "score.a", "score.<b>.c", "orders", "visits", "spent.EUR", "idle", "price", "total",
		"ordered.EUR", "ordered.JPY", "last", "first", "ordered", "vip", "asked", "recency", "tags", "channels", "consents", "brands", "audience")
}

// expr draws an expression that fits the schema. Bound ones have no parameters
// and no now().
func (d dice) expr(depth int, bound bool) *Expr {
	if depth > 0 {
		switch d.IntN(5) {
		case 0:
			return &Expr{op: opNot, args: []*Expr{d.expr(depth-1, bound)}}
		case 1, 2:
			return And(d.exprs(depth-1, bound)...)
		case 3:
			return Or(d.exprs(depth-1, bound)...)
		}
	}
	return d.comparison(bound)
}

func (d dice) exprs(depth int, bound bool) []*Expr {
	all := make([]*Expr, 2+d.IntN(2))
	for i := range all {
		all[i] = d.expr(depth, bound)
	}
	return all
}

func (d dice) comparison(bound bool) *Expr {
	for {
		e := &Expr{field: d.fieldName(), op: op(d.IntN(int(opNotNull))) + 1}
		f, _, _ := shop.find(e.field)
		if e.op <= opNot || misfit(e.op, f.Type) != "" {
			continue
		}
		switch e.op {
		case opNull, opNotNull:
		case opIn, opNotIn:
			for range 1 + d.IntN(pick(d, 3, 3, 3, 3, 30)) {
				e.terms = append(e.terms, d.term(f, bound))
			}
		default:
			e.terms = []term{d.term(f, bound)}
		}
		if e.op != opNull && e.op != opNotNull && d.IntN(6) == 0 {
			e.terms = []term{{field: d.fieldName()}}
		}
		if e.Validate(shop) == nil {
			return e
		}
	}
}

func (d dice) term(f column, bound bool) term {
	switch n := d.IntN(8); {
	case n == 0 && !bound:
		return term{param: pick(d, "P", "max_age", "X1")}
	case n < 4 && f.Type == Time && !bound:
		return term{now: true, plus: d.duration()}
	}
	return term{value: d.literal(f.Type, f.Currency)}
}

// A customer is the shape of the records' JSON text.
type customer struct {
	Name     *string                      `json:"name"`
	Address  map[string]string            `json:"address,omitempty"`
	Nickname *string                      `json:"nickname,omitempty"`
	Traits   []map[string]string          `json:"traits,omitempty"`
	Age      *float64                     `json:"age,omitempty"`
	Scores   map[string]float64           `json:"scores,omitempty"`
	Kinds    []map[string]any             `json:"kinds,omitempty"`
	Price    *clm.Money                   `json:"price,omitempty"`
	Total    *int64                       `json:"total,omitempty"`
	Ledgers  []map[string]any             `json:"ledgers,omitempty"`
	Last     time.Time                    `json:"last,omitzero"`
	Seen     map[string]time.Time         `json:"seen,omitempty"`
	VIP      *bool                        `json:"vip,omitempty"`
	Recency  *time.Duration               `json:"recency,omitempty"`
	Tags     []any                        `json:"tags,omitempty"`
	Channels []map[string]any             `json:"channels,omitempty"`
	Consents []map[string]any             `json:"consents,omitempty"`
	Brands   map[string][]int             `json:"brands,omitempty"`
	Idle     *time.Duration               `json:"idle,omitempty"`
	Other    map[string]map[string]string `json:"other,omitempty"`
}

// record draws a record, and the JSON text that says the same.
func (d dice) record() (Map, []byte) {
	m, c := Map{}, customer{Other: map[string]map[string]string{"name": {"city": "a"}}}
	some := func() bool { return d.IntN(3) > 0 }
	note := func(name string, v Value) { m[name] = v }
	if some() {
		s := d.text()
		c.Name = &s
		note("name", StringOf(s))
	}
	if some() {
		c.Address = map[string]string{"city": d.text()}
		note("city", StringOf(c.Address["city"]))
	}
	if some() {
		s := d.text()
		c.Nickname = &s
		note("nickname", StringOf(s))
	}
	for _, trait := range []string{"size", `shoe "size"`, "größe", "in"} {
		if some() {
			v := d.text()
			c.Traits = append(c.Traits, map[string]string{"name": trait, "value": v})
			note("trait."+trait, StringOf(v))
		}
	}
	if some() {
		note("segment", StringOf(d.text()))
	}
	d.numbers(&c, note, some)
	d.sets(&c, note, some)
	return m, d.strange(c)
}

// strange returns the JSON text of a record, in which some of what is missing has
// values of other types.
func (d dice) strange(c customer) []byte {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	var all map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&all); err != nil {
		panic(err)
	}
	for name, values := range map[string][]any{
		"name": {5, true, []string{"a"}, map[string]string{"a": "a"}}, "nickname": {1.5, false}, "age": {"5", true}, "price": {5, "5", map[string]any{"minor": 199}},
		"address": {"a", []any{map[string]string{"city": "a"}}}, "total": {"5", false, 1.5}, "last": {5, true}, "vip": {0, 1, "true"}, "recency": {"7", 1.5},
		"scores": {[]int{1}, 5}, "tags": {"a", 5, map[string]string{"a": "a"}, []any{5, nil}}, "channels": {"a", map[string]any{"label": "a"}, []any{"a", 5}},
		"brands": {"a", []string{"a"}}, "ledgers": {5, []any{5, "EUR"}, map[string]any{"currency": "EUR", "ordered": 5}}, "kinds": {"ordered", []any{"ordered", nil}},
		"consents": {true, []any{true, "a", map[string]any{"about": "a", "granted": 1}}},
	} {
		if all[name] == nil && d.IntN(2) == 0 {
			all[name] = pick(d, values...)
		}
	}
	if text, err = json.Marshal(all); err != nil {
		panic(err)
	}
	return text
}

func (d dice) numbers(c *customer, note func(string, Value), some func() bool) {
	if some() {
		f := d.number()
		c.Age = &f
		note("age", NumberOf(f))
	}
	if some() {
		c.Scores = map[string]float64{"a": d.number(), "<b>.c": d.number()}
		note("score.a", NumberOf(c.Scores["a"]))
		note("score.<b>.c", NumberOf(c.Scores["<b>.c"]))
	}
	if some() {
		n, at := d.IntN(5), d.moment()
		c.Kinds = append(c.Kinds, map[string]any{"kind": "viewed", "count": 7, "last": noon}, map[string]any{"kind": "ordered", "count": n, "last": at})
		note("orders", NumberOf(float64(n)))
		note("ordered", TimeOf(at))
	}
	if some() {
		m := d.money("")
		c.Price = &m
		note("price", MoneyOf(m))
	}
	if some() {
		m := d.money("EUR")
		c.Total = &m.Minor
		note("total", MoneyOf(m))
	}
	note("visits", NumberOf(0))
	if some() {
		n := d.IntN(5)
		c.Kinds = append(c.Kinds, map[string]any{"kind": "visited", "count": n})
		note("visits", NumberOf(float64(n)))
	}
	note("idle", DurationOf(0))
	if some() {
		v := d.duration()
		c.Idle = &v
		note("idle", DurationOf(v))
	}
	note("spent.EUR", MoneyOf(clm.Money{Currency: "EUR"}))
	if some() {
		m := d.money("EUR")
		c.Ledgers = append(c.Ledgers, map[string]any{"currency": "EUR", "spent": m.Minor, "ordered": "none"})
		note("spent.EUR", MoneyOf(m))
	}
	for _, currency := range []string{"EUR", "JPY"} {
		if len(c.Ledgers) == 0 && some() {
			m := d.money(currency)
			c.Ledgers = append(c.Ledgers, map[string]any{"currency": currency, "ordered": m.Minor})
			note("ordered."+currency, MoneyOf(m))
		}
	}
	if some() {
		c.Last = d.moment()
		note("last", TimeOf(c.Last))
	}
	if some() {
		c.Seen = map[string]time.Time{"first": d.moment()}
		note("first", TimeOf(c.Seen["first"]))
	}
	if some() {
		b := d.IntN(2) == 0
		c.VIP = &b
		note("vip", BoolOf(b))
	}
	if some() {
		v := d.duration()
		c.Recency = &v
		note("recency", DurationOf(v))
	}
}

func (d dice) sets(c *customer, note func(string, Value), some func() bool) {
	var tags, channels, consents, brands []string
	c.Brands = map[string][]int{}
	for range d.IntN(4) {
		tags = append(tags, d.text())
		c.Tags = append(c.Tags, tags[len(tags)-1], 5, nil, true, map[string]int{"a": 1})
		channels = append(channels, d.text())
		c.Channels = append(c.Channels, map[string]any{"label": channels[len(channels)-1], "count": 1}, map[string]any{"label": 1})
		if b := d.text(); c.Brands[b] == nil {
			c.Brands[b] = []int{1}
			brands = append(brands, b)
		}
	}
	for _, about := range []string{"a", "é", "email"} {
		if !some() {
			continue
		}
		granted := some()
		c.Consents = append(c.Consents, map[string]any{"about": about, "granted": granted})
		if granted {
			consents = append(consents, about)
		}
		if about == "email" {
			note("asked", BoolOf(granted))
		}
	}
	if some() {
		note("audience", SetOf(d.text(), d.text()))
	}
	note("tags", SetOf(tags...))
	note("channels", SetOf(channels...))
	note("consents", SetOf(consents...))
	note("brands", SetOf(brands...))
}
