package enrich_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// fresh are titles and texts that nothing was changed for after they were written, with all that they say about the closed
// attributes of these tests. The second half is out to mislead.
var fresh = []struct {
	title, text string
	want        map[string]string
}{
	{"Children's rain coat", "", map[string]string{"audience": "children"}},
	{"Toddler spoon set", "Turned from beechwood.", map[string]string{"audience": "children", "material": "wood"}},
	{"Silk tie", "Navy with white dots, for the gentleman.", map[string]string{"material": "silk", "colour": "dark blue", "audience": "men"}},
	{"LADIES GLOVES RED", "", map[string]string{"audience": "women", "colour": "red"}},
	{"Oak serving board", "Oiled by hand.", map[string]string{"material": "wood"}},
	{"Wallet", "Full-grain leather that ages well.", map[string]string{"material": "leather"}},
	{"Reddish brown satchel", "Vegetable tanned hide.", map[string]string{"material": "leather"}},
	{"Boys' bicycle helmet", "", map[string]string{"audience": "children"}},
	{"Kid's chair", "Solid beech, azure cushion.", map[string]string{"audience": "children", "material": "wood", "colour": "blue"}},
	{"Scarlet silk pillowcase", "", map[string]string{"colour": "red", "material": "silk"}},
	{"Womens running top", "", map[string]string{"audience": "women"}},
	{"Plywood stacking blocks", "Eight pieces.", map[string]string{"material": "wood"}},

	{"Belt", "No animal was harmed: this is not leather at all.", nil},
	{"Phone case", "Looks and feels like wood, is plastic.", nil},
	{"Chopping board", "Kind to your knives, as wood would be.", nil},
	{"Shampoo", "Leaves hair soft as silk.", nil},
	{"Red wine glass", "Clear crystal.", nil},
	{"Pepper mill", "Our bestseller among men who cook.", nil},
	{"Wood glue", "Bonds in ten minutes.", map[string]string{}},
	{"Leather care cream", "For shoes and bags.", nil},
	{"Blue Ridge hiking map", "", nil},
	{"Knife block", "Keep away from children.", nil},
	{"Candle", "Smells of leather and oak.", nil},
	{"Jumper", "Please note: the red one is sold out.", nil},
}

func TestTextsThatTheReaderWasNotMadeFor(t *testing.T) {
	said, found, wrong := 0, 0, 0
	for _, c := range fresh {
		got := read(t, nil, item(c.title, c.text)).Items[0].Attributes
		said += len(c.want)
		for name, value := range got {
			if c.want[name] == value {
				found++
			} else {
				wrong++
				t.Logf("%s / %s: %s %s", c.title, c.text, name, value)
			}
		}
	}
	t.Logf("of %d attributes %d were found; %d more were read into %d texts", said, found, wrong, len(fresh))
	assert.GreaterOrEqual(t, found, 12)
}
