package interaction

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/recommend/internal/wire"
)

func TestAPastSurvivesItsBytes(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		p, err := read(t, anyLog(t), Weights{clm.Ordered: 1, clm.Viewed: 0.5}).Before(ctx, onDay(9), nil)
		require.NoError(t, err)
		show(t, p)
		b, err := p.AppendBinary(nil)
		require.NoError(t, err)
		q, err := DecodePast(ctx, b, nil)
		require.NoError(t, err)
		require.Equal(t, tell(p), tell(q))
		again, err := q.AppendBinary(nil)
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}

// show shows every item to every customer.
func show(t require.TestingT, p *Past) {
	var all []clm.Exposure
	for n, customer := range p.Customers {
		e := clm.Exposure{Decision: fmt.Sprint("d", n), Customer: customer, Time: onDay(3), Surface: "home"}
		for _, item := range p.Items {
			e.Shown = append(e.Shown, clm.Shown{Item: item})
		}
		if len(e.Shown) > 0 {
			all = append(all, e)
		}
	}
	require.NoError(t, p.Show(func(yield func(clm.Exposure, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}))
}

func TestADecodedPastHasTheCatalogueThatIsThere(t *testing.T) {
	p := pastOf(t, []clm.Event{orderOf("1", "ann", 1, "a", "b")}, 5)
	b, err := p.AppendBinary([]byte("before"))
	require.NoError(t, err)
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "b", Title: "new title"}, clm.Item{ID: "unknown"})
	require.NoError(t, err)
	q, err := DecodePast(t.Context(), b[len("before"):], catalogue)
	require.NoError(t, err)
	assert.Equal(t, p.Items, q.Items)
	assert.Nil(t, q.Catalogue[0])
	assert.Equal(t, "new title", q.Catalogue[1].Title)
}

func TestBytesThatAreNoPast(t *testing.T) {
	p := pastOf(t, []clm.Event{orderOf("1", "ann", 1, "a", "b"), viewOf("2", "ann", 2, "a")}, 5)
	good, err := p.AppendBinary(nil)
	require.NoError(t, err)
	other := append([]byte{}, good...)
	other[0] = 9
	for name, b := range map[string][]byte{
		"empty": nil, "another version": other, "one byte more": append(good[:len(good):len(good)], 0), "garbage": []byte("\x01clmkit"),
	} {
		_, err := DecodePast(t.Context(), b, nil)
		assert.ErrorIs(t, err, wire.ErrCorrupt, name)
	}
	for n := range good {
		_, err := DecodePast(t.Context(), good[:n], nil)
		assert.ErrorIs(t, err, wire.ErrCorrupt, "cut off after %d bytes", n)
	}
}

func FuzzDecodePast(f *testing.F) {
	r := read(f, []clm.Event{
		orderOf("1", "ann", 1, "a", "b"), viewOf("2", "ann", 2, "a"), searchOf("3", "ben", 2, "jar"), returnOf("4", "ann", 3, "b"),
	}, orders)
	p, err := r.Before(f.Context(), onDay(5), nil)
	require.NoError(f, err)
	b, err := p.AppendBinary(nil)
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePast(t.Context(), b, nil)
		if err != nil {
			return
		}
		tell(p)
		for c := range p.Customers {
			h := p.History(int32(c))
			h.Wants(day)
			h.Before(h.Now)
		}
		p.Span()
		_, err = p.AppendBinary(nil)
		require.NoError(t, err)
	})
}
