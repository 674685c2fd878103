package clm_test

import (
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCatalogue(t *testing.T) {
	none := 0
	c, err := clm.NewCatalogue(
		clm.Item{ID: "b", Title: "Mug", Price: eur(899), Stock: &none},
		clm.Item{ID: "a", Title: "Lamp"},
	)
	require.NoError(t, err)
	require.Equal(t, 2, c.Len())
	require.Equal(t, "Mug", c.Item("b").Title)
	require.False(t, c.Item("b").Available())
	require.True(t, c.Item("a").Available(), "untracked stock counts as available")
	require.Nil(t, c.Item("c"))
	var ids []clm.ItemID
	for item := range c.All {
		ids = append(ids, item.ID)
	}
	require.Equal(t, []clm.ItemID{"a", "b"}, ids)
}

func TestANilCatalogueIsEmpty(t *testing.T) {
	var c *clm.Catalogue
	require.Zero(t, c.Len())
	require.Nil(t, c.Item("a"))
	for range c.All {
		t.Fatal("an empty catalogue yields nothing")
	}
}

func TestCatalogueRefusesBadItems(t *testing.T) {
	for problem, items := range map[string][]clm.Item{
		`item "": id: missing`:                              {{Title: "no id"}},
		"item a: id: occurs twice":                          {{ID: "a"}, {ID: "b"}, {ID: "a"}},
		"item a: price: negative money: -1.00 EUR":          {{ID: "a", Price: eur(-100)}},
		`item a: price: clm: unknown currency "EU"`:         {{ID: "a", Price: clm.Money{Minor: 1, Currency: "EU"}}},
		"item a: title: not valid UTF-8":                    {{ID: "a", Title: "\xff"}},
		"item a: categories[1]: missing":                    {{ID: "a", Categories: []string{"x", ""}}},
		"item a: attributes.colour: holds a zero byte":      {{ID: "a", Attributes: map[string]string{"colour": "\x00"}}},
		"item a: attributes: missing":                       {{ID: "a", Attributes: map[string]string{"": "x"}}},
		"item a: brand: 600 bytes, at most 512 are allowed": {{ID: "a", Brand: string(make([]byte, 600))}},
	} {
		_, err := clm.NewCatalogue(items...)
		require.ErrorIs(t, err, clm.ErrInvalid)
		assert.ErrorContains(t, err, problem)
	}
}
