package candidate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/clm"
)

func TestRepeatCountsOrdersAndBreaksTiesByPopularity(t *testing.T) {
	p := known(t, []clm.Event{
		order("1", "ann", 10, "a", "b", "c"), order("2", "ann", 10, "a"), order("3", "ben", 10, "c"),
	}, nil)
	r := NewRepeat(p, 90*day)
	assert.Equal(t, []clm.ItemID{"a", "c", "b"}, best(t, p, r, p.History(0), 3))
	cause, ok := r.Cause(p.History(0), 0)
	assert.True(t, ok)
	assert.Equal(t, Cause{Kind: BoughtBefore, Items: []int32{0}, Count: 2, Last: now.AddDate(0, 0, -10)}, cause)
}
