package interaction

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
)

func TestOccurrencesAreTheEventsWithAnItem(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		p, err := read(t, anyLog(t), Weights{clm.Ordered: 1, clm.Viewed: 0.5}).Before(ctx, onDay(9), nil)
		require.NoError(t, err)
		where := p.Occurrences()
		for item := range int32(len(p.Items)) {
			var want, got []string
			for c := range p.Customers {
				signals := p.History(int32(c)).Signals
				rest := signals
				for order := range ByOrder(signals) {
					if rest = rest[len(order):]; Holds(order, item) {
						want = append(want, fmt.Sprint(order, rest))
					}
				}
			}
			where.Each(item, func(_ int32, order, after []Signal) { got = append(got, fmt.Sprint(order, after)) })
			require.Equal(t, want, got)
			require.Equal(t, len(want), where.Of(item))
		}
	})
}
