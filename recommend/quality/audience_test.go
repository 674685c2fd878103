package quality

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func TestAudiencesCountTheFirstHundredth(t *testing.T) {
	r, err := MeasureAudiences(slices.Values([]Audience{
		{Item: "tea", Customers: []clm.CustomerID{"a", "b", "c"}, Actual: []clm.CustomerID{"c", "a"}}, // c comes too late
		{Item: "cup", Customers: []clm.CustomerID{"a", "b"}, Actual: []clm.CustomerID{"b", "a", "d", "e"}},
		{Item: "pot", Actual: []clm.CustomerID{"a"}},
		{Item: "jar", Customers: []clm.CustomerID{"a"}}, // nobody wanted it
	}), 101, nil)
	require.NoError(t, err)
	assert.Equal(t, 3, r.Lists)
	assert.InDelta(t, (1+2+0)/3.0, r.Metrics["hit_at_k"].Value, 1e-15)
	assert.InDelta(t, (0.5+0.5+0)/3, r.Metrics["recall_at_k"].Value, 1e-15)
	assert.Less(t, r.Metrics["hit_at_k"].Low, r.Metrics["hit_at_k"].High)
}

func TestWhatIsNoAudience(t *testing.T) {
	twice := []clm.CustomerID{"a", "a"}
	for _, c := range []struct {
		name      string
		audience  Audience
		customers int
		want      string
	}{
		{"of no customers", Audience{}, 0, "among 0 customers"},
		{"with a customer twice", Audience{Item: "tea", Customers: twice}, 9, `item "tea" has customer "a" twice`},
		{"with an actual one twice", Audience{Item: "tea", Actual: twice}, 9, `item "tea": customer "a" is an actual one twice`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := MeasureAudiences(slices.Values([]Audience{c.audience}), c.customers, nil)
			assert.ErrorContains(t, err, c.want)
		})
	}
}
