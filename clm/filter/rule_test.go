package filter

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The examples of the Amazon Personalize Developer Guide: pages "Item
// recommendation filter expression examples", "User segment filter expressions",
// "Action recommendation filter expression examples" and "Combining multiple
// expressions", and those of the guide's editions of 2020 to 2022. What the guide
// says in words that an expression does is what kept and dropped show; of each
// candidate, it is written what it is like.

// an item, by its fields, and the current user's events with it.
func candidate(fields Map, events ...string) Candidate {
	return Candidate{Subject: fields, Events: events}
}

type documented struct {
	text          string
	params        map[string]string // as a request passes them
	kept, dropped []Candidate
}

// with sets the current user of candidates.
func with(user Map, all ...Candidate) []Candidate {
	out := make([]Candidate, len(all))
	for i, c := range all {
		c.CurrentUser = user
		out[i] = c
	}
	return out
}

// beside sets the current item.
func beside(item Map, c Candidate) Candidate {
	c.CurrentItem = item
	return c
}

var (
	clicked   = candidate(nil, "click")
	streamed  = candidate(nil, "view", "STREAM")
	untouched = candidate(Map{"GENRE": SetOf("drama"), "CATEGORY": StringOf("shoe"), "PRICE": NumberOf(5)})
	liked     = candidate(nil, "Favorite")
	shoe      = candidate(Map{"CATEGORY": StringOf("shoe"), "CATEGORY_L1": StringOf("shoe"), "PRICE": NumberOf(20)})
	boot      = candidate(Map{"CATEGORY": StringOf("boot"), "CATEGORY_L1": StringOf("shoe"), "CATEGORY_L2": SetOf("boot", "winter"), "DESCRIPTION": StringOf("boot"), "PRICE": NumberOf(30)})
	sandal    = candidate(Map{"CATEGORY": StringOf("sandal"), "CATEGORY_L1": StringOf("shoe"), "CATEGORY_L2": StringOf("sandal"), "PRICE": NumberOf(10)})
	watch     = candidate(Map{"CATEGORY": StringOf("watch"), "CATEGORY_L1": StringOf("watch"), "CATEGORY_L2": StringOf("luxury"), "DESCRIPTION": StringOf("luxury")})
	cheap     = candidate(Map{"CATEGORY": StringOf("watch"), "CATEGORY_L1": StringOf("watch"), "CATEGORY_L2": StringOf("cheap"), "DESCRIPTION": StringOf("cheap")})
	drama     = candidate(Map{"GENRE": SetOf("drama", "crime"), "PRICE": NumberOf(10), "CREATION_TIMESTAMP": NumberOf(1_600_000_000), "NUMBER_OF_DOWNLOADS": NumberOf(5)})
	comedy    = candidate(Map{"GENRE": StringOf("comedy"), "PRICE": NumberOf(12), "CREATION_TIMESTAMP": NumberOf(1_700_000_000), "NUMBER_OF_DOWNLOADS": NumberOf(20)})
	current   = Map{"GENRE": SetOf("crime"), "PRICE": NumberOf(11)}
	young     = Map{"AGE": NumberOf(17)}
	adult     = Map{"AGE": NumberOf(25)}
)

func one(all ...Candidate) []Candidate { return all }

var documentation = map[string]documented{
	"items of event types given as a parameter are excluded": {
		`EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ($EVENT_TYPE)`, map[string]string{"EVENT_TYPE": `"click","buy"`},
		one(streamed, untouched), one(clicked, candidate(nil, "BUY"))},
	"items that were clicked or streamed are excluded, whatever the case": {
		`EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "stream")`, nil,
		one(untouched, liked), one(clicked, streamed)},
	"only items that were clicked are included": {
		`INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")`, nil,
		one(clicked), one(streamed, untouched)},
	"items with any event are included": {
		`INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")`, nil,
		one(clicked, streamed), one(untouched)},
	"items of categories given as a parameter are excluded": {
		`EXCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY)`, map[string]string{"CATEGORY": `"shoe"`},
		one(boot, watch), one(shoe)},
	"only items cheaper than the current one and of its genre are included": {
		`INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE AND Items.GENRE IN CurrentItem.GENRE`, nil,
		one(beside(current, drama)), one(beside(current, comedy), beside(Map{"PRICE": NumberOf(11), "GENRE": StringOf("comedy")}, drama), drama)},
	"items of one level that do not have a value of the next are excluded": {
		`EXCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("shoe") AND Items.CATEGORY_L2 NOT IN ("boot")`, nil,
		one(boot, watch), one(sandal, shoe)},
	"the same with a category and a description": {
		`EXCLUDE ItemID WHERE Items.CATEGORY IN ("shoe") AND Items.DESCRIPTION NOT IN ("boot")`, nil,
		one(boot, watch), one(shoe)},
	"only items up to a price given as a parameter are included": {
		`INCLUDE ItemID WHERE Items.PRICE <= $PRICE`, map[string]string{"PRICE": "20"},
		one(shoe, sandal), one(boot, watch)},
	"only items created before a given timestamp are included": {
		`INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP < $DATE`, map[string]string{"DATE": "1650000000"},
		one(drama), one(comedy)},
	"only items of given genres are included": {
		`INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)`, map[string]string{"GENRE": `"drama","horror"`},
		one(drama), one(comedy, shoe)},
	"only items below the current one's price and created after a timestamp are included": {
		`INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE AND Items.CREATION_TIMESTAMP > $DATE`, map[string]string{"DATE": "1650000000"},
		one(beside(Map{"PRICE": NumberOf(13)}, comedy)), one(beside(current, comedy), beside(current, drama))},
	"items with few downloads are included": {
		`INCLUDE ItemID WHERE Items.NUMBER_OF_DOWNLOADS < 20`, nil,
		one(drama), one(comedy)},
	"items of a genre are excluded for users of an age": {
		`EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE) IF CurrentUser.AGE = $AGE`, map[string]string{"GENRE": `"drama"`, "AGE": "17"},
		append(with(adult, drama, comedy), with(young, comedy)...), with(young, drama)},
	"items with few downloads are excluded for users between two ages": {
		`EXCLUDE ItemID WHERE Items.NUMBER_OF_DOWNLOADS < 20 IF CurrentUser.AGE > 18 AND CurrentUser.AGE < 30`, nil,
		append(with(adult, comedy), with(young, drama)...), with(adult, drama)},
	"only luxury watches are included for adults, by levels": {
		`INCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("watch") AND Items.CATEGORY_L2 IN ("luxury") IF CurrentUser.AGE > 18`, nil,
		append(with(adult, watch), with(young, watch, cheap)...), with(adult, cheap, boot)},
	"only luxury watches are included for adults, by description": {
		`INCLUDE ItemID WHERE Items.CATEGORY IN ("watch") AND Items.DESCRIPTION IN ("luxury") IF CurrentUser.AGE > 18`, nil,
		with(adult, watch), with(adult, cheap, boot)},

	"only users of a membership are included": {
		`INCLUDE UserID WHERE Users.MEMBERSHIP_STATUS IN ($MEMBERSHIP)`, map[string]string{"MEMBERSHIP": `"gold"`},
		one(candidate(Map{"MEMBERSHIP_STATUS": StringOf("gold")})), one(candidate(Map{"MEMBERSHIP_STATUS": StringOf("Gold")}), candidate(nil))},
	"users below an age are excluded": {
		`EXCLUDE UserID WHERE Users.AGE < $AGE`, map[string]string{"AGE": "18"},
		one(candidate(adult)), one(candidate(young))},
	"only users who clicked or rated are included": {
		`INCLUDE UserID WHERE Interactions.EVENT_TYPE IN ("click", "rating")`, nil,
		one(candidate(nil, "rating", "view")), one(candidate(nil, "view"))},
	"users with given events are excluded": {
		`EXCLUDE UserID WHERE Interactions.EVENT_TYPE IN ($EVENT_TYPE)`, map[string]string{"EVENT_TYPE": `"view"`},
		one(candidate(nil, "rating")), one(candidate(nil, "view"))},

	"only actions with given events are included": {
		`INCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ($EVENT_TYPE)`, map[string]string{"EVENT_TYPE": `"TAKEN"`},
		one(candidate(nil, "TAKEN")), one(candidate(nil, "NOT_TAKEN"))},
	"actions that were not taken are excluded": {
		`EXCLUDE ActionID WHERE Action_Interactions.EVENT_TYPE IN ("NOT_TAKEN")`, nil,
		one(candidate(nil, "TAKEN"), candidate(nil)), one(candidate(nil, "NOT_TAKEN"))},
	"actions of given categories are excluded": {
		`EXCLUDE ActionID WHERE Actions.CATEGORY IN ($CATEGORY)`, map[string]string{"CATEGORY": `"shoe"`},
		one(boot), one(shoe)},
	"only actions above a value are included": {
		`INCLUDE ActionID WHERE Actions.VALUE > ($VALUE)`, map[string]string{"VALUE": "3"},
		one(candidate(Map{"VALUE": NumberOf(4)})), one(candidate(Map{"VALUE": NumberOf(3)}))},
	"only premium actions are included for premium members": {
		`INCLUDE ActionID WHERE Action.MEMBERSHIP_LEVEL IN ("Premium") IF CurrentUser.MEMBERSHIP = $PREMIUM`, map[string]string{"PREMIUM": `"yes"`},
		append(with(Map{"MEMBERSHIP": StringOf("yes")}, candidate(Map{"MEMBERSHIP_LEVEL": StringOf("Premium")})), with(Map{"MEMBERSHIP": StringOf("no")}, candidate(nil))...),
		with(Map{"MEMBERSHIP": StringOf("yes")}, candidate(nil))},
	"actions of little value are excluded for premium members": {
		`EXCLUDE ActionID WHERE Actions.VALUE < ($VALUE) IF CurrentUser.MEMBERSHIP = $PREMIUM`, map[string]string{"PREMIUM": `"yes"`, "VALUE": "3"},
		with(Map{"MEMBERSHIP": StringOf("no")}, candidate(Map{"VALUE": NumberOf(1)})), with(Map{"MEMBERSHIP": StringOf("yes")}, candidate(Map{"VALUE": NumberOf(1)}))},

	"two INCLUDEs are one or the other": {
		`INCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY) | INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("favorite")`, map[string]string{"CATEGORY": `"shoe"`},
		one(shoe, liked), one(boot, clicked)},
	"an EXCLUDE takes from an INCLUDE": {
		`INCLUDE ItemID WHERE Items.GENRE IN ($GENRE) | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "stream")`, map[string]string{"GENRE": `"drama"`},
		one(drama), one(candidate(Map{"GENRE": StringOf("drama")}, "click"), comedy, clicked)},
	"and so with the genre in it": {
		`INCLUDE ItemID WHERE Items.GENRE IN ("drama") | EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "stream")`, nil,
		one(drama), one(candidate(Map{"GENRE": StringOf("drama")}, "stream"), comedy)},
	"datasets, EVENT_TYPE and keywords are read in any case, which the guide does not ask for": {
		`exclude itemId where INTERACTIONS.event_type in ("Purchase")`, nil,
		one(untouched, clicked), one(candidate(nil, "purchase"))},
	"purchased items are excluded": {
		`EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("purchase")`, nil,
		one(untouched, clicked), one(candidate(nil, "Purchase"))},
}

func TestDocumentedExamplesGiveTheDocumentedResult(t *testing.T) {
	for name, d := range documentation {
		t.Run(name, func(t *testing.T) {
			rules, err := ParseRules(d.text)
			require.NoError(t, err)
			again, err := ParseRules(rules.String())
			require.NoError(t, err, rules.String())
			require.True(t, rules.Equal(again))
			params, err := ParseParams(d.params)
			require.NoError(t, err)
			sieve, err := rules.Compile(noon, params)
			require.NoError(t, err)
			for i := range d.kept {
				assert.True(t, sieve.Keep(&d.kept[i]), "dropped %+v", d.kept[i])
			}
			for i := range d.dropped {
				assert.False(t, sieve.Keep(&d.dropped[i]), "kept %+v", d.dropped[i])
			}
		})
	}
}

func keep(t *testing.T, text string, c Candidate) bool {
	rules, err := ParseRules(text)
	require.NoError(t, err)
	sieve, err := rules.Compile(noon, nil)
	require.NoError(t, err)
	return sieve.Keep(&c)
}

// TestRulesCombineAsDocumented goes through all that four rules can say of an
// item: Include A | Include B | Exclude C | Exclude D is (A or B) - (C or D), in
// any order.
func TestRulesCombineAsDocumented(t *testing.T) {
	texts := []string{
		`INCLUDE ItemID WHERE Items.A = 1`, `INCLUDE ItemID WHERE Items.B = 1`,
		`EXCLUDE ItemID WHERE Items.C = 1`, `EXCLUDE ItemID WHERE Items.D = 1`,
	}
	for bits := range 16 {
		bit := func(i int) float64 { return float64(bits >> i & 1) }
		c := candidate(Map{"A": NumberOf(bit(0)), "B": NumberOf(bit(1)), "C": NumberOf(bit(2)), "D": NumberOf(bit(3))})
		want := (bit(0) == 1 || bit(1) == 1) && bit(2) == 0 && bit(3) == 0
		for _, order := range [][]int{{0, 1, 2, 3}, {2, 0, 3, 1}, {3, 2, 1, 0}} {
			var rules []string
			for _, i := range order {
				rules = append(rules, texts[i])
			}
			assert.Equal(t, want, keep(t, strings.Join(rules, " | "), c), "%04b %v", bits, order)
		}
		assert.Equal(t, bit(2) == 0 && bit(3) == 0, keep(t, texts[2]+"|"+texts[3], c))
		assert.Equal(t, bit(0) == 1 || bit(1) == 1, keep(t, texts[0]+"|"+texts[1], c))
	}
}

func TestAParameterWithoutAValue(t *testing.T) {
	rules, err := ParseRules(`EXCLUDE ItemID WHERE Items.GENRE IN ($GENRE)`)
	require.NoError(t, err)
	sieve, err := rules.Compile(noon, nil)
	require.NoError(t, err, "an EXCLUDE without values is left out, as documented")
	assert.True(t, sieve.Keep(&drama))

	rules, err = ParseRules(`INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)`)
	require.NoError(t, err)
	_, err = rules.Compile(noon, nil)
	assert.EqualError(t, err, "filter: 1:38: expected a value for $GENRE, found null")
}

func TestValuesOfParametersAreReadAsRequestsPassThem(t *testing.T) {
	p, err := ParseParams(map[string]string{"AGE": "18", "GENRE": `"drama", "comedy"`, "ONE": `"x"`, "BELOW": "-0.5"})
	require.NoError(t, err)
	assert.Equal(t, Params{"AGE": NumberOf(18), "GENRE": SetOf("drama", "comedy"), "ONE": StringOf("x"), "BELOW": NumberOf(-0.5)}, p)
	for text, want := range map[string]string{
		"drama":   "filter: parameter P: filter: 1:1: expected a value, found drama",
		`"a",`:    "1:5: expected a value, found the end",
		`"a" "b"`: `1:5: expected , or the end, found "b"`,
		"18,19":   "1:3: expected the end: only strings can be several, found ,",
		"":        "1:1: expected a value, found the end",
	} {
		_, err := ParseParams(map[string]string{"P": text})
		assert.ErrorContains(t, err, want)
	}
}

func TestAMalformedRuleNamesItsPlaceAndWhatWasExpected(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", ``, `1:1: expected INCLUDE or EXCLUDE, found the end`},
		{"no action", `ItemID WHERE Items.A = 1`, `1:1: expected INCLUDE or EXCLUDE, found ItemID`},
		{"no subject", `INCLUDE WHERE Items.A = 1`, `1:9: expected ItemID, UserID or ActionID, found WHERE`},
		{"no WHERE", `INCLUDE ItemID Items.A = 1`, `1:16: expected WHERE, found Items.A`},
		{"no condition", `INCLUDE ItemID WHERE`, `1:21: expected a field, NOT or (, found the end`},
		{"no dataset", `INCLUDE ItemID WHERE GENRE IN ("a")`, `1:22: expected a field of Items, Interactions, found GENRE`},
		{"a dataset without a field", `INCLUDE ItemID WHERE Items IN ("a")`, `1:22: expected a field of Items, Interactions, found Items`},
		{"items of a user", `INCLUDE UserID WHERE Items.A = 1`, `1:22: expected a field of Users, Interactions, found Items.A`},
		{"two datasets in one rule", `INCLUDE ItemID WHERE Items.A = 1 AND Interactions.EVENT_TYPE IN ("x")`, `1:38: expected a field of Items, as in the first condition (join rules by | for more), found Interactions.EVENT_TYPE`},
		{"another field of interactions", `INCLUDE ItemID WHERE Interactions.DEVICE IN ("x")`, `1:22: expected Interactions.EVENT_TYPE, found Interactions.DEVICE`},
		{"an equal sign for events", `INCLUDE ItemID WHERE Interactions.EVENT_TYPE = "x"`, `1:22: expected IN or NOT IN behind Interactions.EVENT_TYPE, found =`},
		{"a number as an event", `INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN (1)`, `1:50: expected a type of events such as "click", found 1`},
		{"a star for items", `INCLUDE ItemID WHERE Items.A IN ("*")`, `1:34: expected "*" only alone and for EVENT_TYPE, found "*"`},
		{"a star among others", `INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click", "*")`, `1:59: expected "*" only alone`},
		{"a parameter behind NOT IN", `INCLUDE ItemID WHERE Items.GENRE NOT IN ($GENRE)`, `1:42: expected values behind NOT IN (use IN with the opposite of INCLUDE or EXCLUDE), found $GENRE`},
		{"the user outside of IF", `INCLUDE ItemID WHERE CurrentUser.AGE > 18`, `1:22: expected a field of Items, Interactions, found CurrentUser.AGE`},
		{"an item in IF", `INCLUDE ItemID WHERE Items.A = 1 IF Items.B = 2`, `1:37: expected a field of CurrentUser, found Items.B`},
		{"OR in IF", `INCLUDE ItemID WHERE Items.A = 1 IF CurrentUser.B = 2 OR CurrentUser.C = 3`, `1:58: expected conditions of IF to be joined by AND, found OR CurrentUser.C = 3`},
		{"two IFs", `INCLUDE ItemID WHERE Items.A = 1 IF CurrentUser.B = 2 IF CurrentUser.C = 3`, `1:55: expected AND, OR, IF, | or the end, found IF`},
		{"another dataset on the right", `INCLUDE ItemID WHERE Items.A = Users.B`, `1:32: expected a value, a parameter or a field of CurrentItem, found Users.B`},
		{"two subjects", `INCLUDE ItemID WHERE Items.A = 1 | EXCLUDE UserID WHERE Users.B = 2`, `1:57: expected all rules to be about ItemID, found UserID`},
		{"an open end", `INCLUDE ItemID WHERE Items.A = 1 |`, `1:35: expected INCLUDE or EXCLUDE, found the end`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseRules(c.text)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Contains(t, err.Error(), "filter: "+c.want)
		})
	}
}
