package recommend

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/filter"
)

func whose(t *testing.T, word string) *filter.Filter {
	t.Helper()
	e, err := filter.Parse(fmt.Sprintf("title MATCHES %q", word))
	require.NoError(t, err)
	f, err := filter.Compile(e, filter.ItemSchema(), time.Time{}, nil)
	require.NoError(t, err)
	return f
}

func TestVerdictsAreThoseOfTheFilter(t *testing.T) {
	items := make([]clm.Item, 100)
	for i := range items {
		items[i] = clm.Item{ID: clm.ItemID(fmt.Sprint("i", i)), Title: []string{"red cup", "blue cup", "red hat"}[i%3]}
	}
	var v verdicts
	filters := []*filter.Filter{nil, whose(t, "red"), whose(t, "cup")}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 5 {
				for _, f := range filters {
					holds := v.of(f, len(items))
					for i := range items {
						assert.Equal(t, f.Match((*filter.Item)(&items[i])), holds(int32(i), &items[i]))
					}
				}
			}
		})
	}
	group.Wait()
}

func TestAFilterIsRememberedWhenItComesAgain(t *testing.T) {
	var v verdicts
	usual := whose(t, "red")
	assert.Nil(t, v.items(usual, 40))
	assert.Len(t, v.items(usual, 40), 3)
	for range maxVerdicts - 1 {
		assert.Nil(t, v.items(whose(t, "once"), 40))
	}
	assert.Len(t, v.known, maxVerdicts)
	assert.NotNil(t, v.items(usual, 40), "not driven out yet")
	for range maxVerdicts {
		v.items(whose(t, "once"), 40)
	}
	assert.Nil(t, v.items(usual, 40), "driven out")
	assert.Len(t, v.known, maxVerdicts)
}
