package lexical_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/llm/lexical"
)

// shop is a catalogue of invented products, each of which its query describes without naming it whole.
var shop, queries = func() (documents []lexical.Document, queries []string) {
	for id, line := range strings.Split(strings.TrimSpace(`
Rain jacket | Waterproof jacket with a hood, for hiking in wind and weather | waterproof hiking jacket
Down parka | Warm winter parka filled with down, knee length | warm winter parka
Cotton shirt | Long-sleeved shirt of organic cotton, blue and white striped | striped cotton shirt
Linen blouse | Light summer blouse of linen with short sleeves | light summer blouse
Denim trousers | Straight trousers of heavy denim, five pockets | heavy denim trousers
Running shoes | Cushioned shoes for running on asphalt, reflective laces | cushioned running shoes
Leather boots | Ankle boots of brown leather with a zip | brown leather boots
Wool socks | Thick socks of merino wool, pack of three | thick merino socks
Silk scarf | Square scarf of printed silk, floral pattern | floral silk scarf
Straw hat | Sun hat of woven straw with a wide brim | straw sun hat
Coffee grinder | Electric grinder for coffee beans, twelve settings | electric coffee grinder
French press | Glass coffee press with a steel filter, one litre | glass coffee press
Tea kettle | Kettle for the stove that whistles, stainless steel | whistling stove kettle
Frying pan | Non-stick frying pan of cast aluminium | aluminium frying pan
Chef's knife | Kitchen knife of forged steel, twenty centimetres | forged kitchen knife
Cutting board | Cutting board of bamboo with a groove for juice | bamboo cutting board
Mixing bowls | Three mixing bowls of porcelain, dishwasher safe | porcelain mixing bowls
Desk lamp | Dimmable lamp for the desk with an adjustable arm | dimmable desk lamp
Floor cushion | Round cushion for sitting on the floor, washable cover | washable floor cushion
Bath towel | Soft towel for the bath, quick drying | quick drying towel
Garden hose | Flexible hose for the garden, thirty metres, with nozzle | flexible garden hose
Flower pot | Pot of terracotta for flowers on the balcony | terracotta balcony pot
Camping tent | Tent for two persons, easy to pitch | two person tent
Sleeping bag | Sleeping bag for three seasons, small when packed | three season sleeping
Yoga mat | Slip-resistant mat for yoga and gymnastics | yoga gymnastics mat
Bicycle helmet | Helmet for cyclists with ventilation | ventilated cycling helmet
`), "\n") {
		parts := strings.Split(line, " | ")
		documents = append(documents, lexical.Document{ID: string(rune('a' + id)), Title: parts[0], Text: parts[1]})
		queries = append(queries, parts[2])
	}
	return documents, queries
}()

// misspell puts one typing error into each word of four letters or more: a letter left out, swapped with the next,
// replaced or doubled, never the first.
func misspell(random *rand.Rand, query string) string {
	words := strings.Fields(query)
	for i, w := range words {
		c := []byte(w)
		if len(c) < 4 {
			continue
		}
		at := 1 + random.IntN(len(c)-2)
		switch random.IntN(4) {
		case 0:
			c = slices.Delete(c, at, at+1)
		case 1:
			c[at], c[at+1] = c[at+1], c[at]
		case 2:
			c[at] = byte('a' + random.IntN(26))
		case 3:
			c = slices.Insert(c, at, c[at])
		}
		words[i] = string(c)
	}
	return strings.Join(words, " ")
}

// reciprocalRank is MRR@10 when document i is wanted for query i.
func reciprocalRank(x *lexical.Index, documents []lexical.Document, queries []string) float64 {
	var sum float64
	for i, q := range queries {
		at := slices.IndexFunc(x.Search(q, 10), func(h lexical.Hit) bool { return h.ID == documents[i].ID })
		if at >= 0 {
			sum += 1 / float64(at+1)
		}
	}
	return sum / float64(len(queries))
}

// TestGramsFindMisspeltQueries measures the same queries with and without typing errors, by words and n-grams and by
// words alone, which is the control.
func TestGramsFindMisspeltQueries(t *testing.T) {
	both, wordsOnly := newIndex(t, nil, shop...), newIndex(t, &lexical.IndexOptions{GramShare: new(0.0)}, shop...)
	random := rand.New(rand.NewPCG(11, 12))
	var misspelt []string
	for _, q := range queries {
		misspelt = append(misspelt, misspell(random, q))
	}
	control, found := reciprocalRank(wordsOnly, shop, misspelt), reciprocalRank(both, shop, misspelt)
	t.Logf("MRR@10 of misspelt queries: words %.3f, words and n-grams %.3f", control, found)
	assert.Less(t, control, 0.5)
	assert.Greater(t, found, control+0.3)
	assert.GreaterOrEqual(t, reciprocalRank(both, shop, queries), reciprocalRank(wordsOnly, shop, queries),
		"and well-spelt queries lose nothing")
}
