package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/segment"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const day = 24 * time.Hour

var today = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func sequence(profiles []*profile.Profile) iter.Seq2[*profile.Profile, error] {
	return func(yield func(*profile.Profile, error) bool) {
		for _, p := range profiles {
			if !yield(p, nil) {
				return
			}
		}
	}
}

func ended(err error) iter.Seq2[*profile.Profile, error] {
	return func(yield func(*profile.Profile, error) bool) { yield(nil, err) }
}

// buyer returns a customer with some orders of a price each, the last one so
// many days ago.
func buyer(id string, days, orders int, minor int64, currency string) *profile.Profile {
	p := profile.New(clm.CustomerID(id))
	folder := profile.NewFolder(nil, nil)
	for i := range orders {
		at := today.Add(-time.Duration(days+10*i) * day)
		e := clm.Event{
			ID: fmt.Sprintf("%s/%d", id, i), Customer: p.Customer, Kind: clm.Ordered, Time: at,
			Lines: []clm.Line{{Item: "sock", Quantity: 1, Amount: clm.Money{Minor: minor, Currency: currency}}},
		}
		if err := folder.Fold(p, &e); err != nil {
			panic(err)
		}
	}
	return p
}

func TestAScoreSaysHowManyFifthsAreStrictlyWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orders := rapid.SliceOfN(rapid.IntRange(1, 6), 5, 40).Draw(t, "orders")
		days := rapid.SliceOfN(rapid.IntRange(0, 9), len(orders), len(orders)).Draw(t, "days")
		var all []*profile.Profile
		for i, n := range orders {
			all = append(all, buyer(fmt.Sprintf("c-%02d", i), days[i], n, int64(100*(1+i%3)), "EUR"))
		}
		r, err := segment.FitRFM(sequence(all), today, nil)
		require.NoError(t, err)
		for i, p := range all {
			s, ok := r.Score(p, today)
			require.True(t, ok)
			require.Equal(t, 1+5*worse(orders, orders[i], 1)/len(orders), s.F)
			require.Equal(t, 1+5*worse(days, days[i], -1)/len(days), s.R)
			require.NotEmpty(t, s.Group())
		}
	})
}

// worse counts what is below v, or above it when sign is -1.
func worse(values []int, v, sign int) int {
	n := 0
	for _, w := range values {
		if sign*w < sign*v {
			n++
		}
	}
	return n
}

func five() []*profile.Profile {
	var all []*profile.Profile
	for i := range 5 {
		all = append(all, buyer(fmt.Sprintf("c-%d", i), 50-10*i, 1+i, int64(1000*(1+i)), "EUR"))
	}
	return all
}

func TestTheOrderOfProfilesDoesNotMoveACut(t *testing.T) {
	all := five()
	r, err := segment.FitRFM(sequence(all), today, nil)
	require.NoError(t, err)
	slices.Reverse(all)
	again, err := segment.FitRFM(sequence(all), today, nil)
	require.NoError(t, err)
	require.Equal(t, r, again)
}

func TestANewCustomerIsScoredWithoutAFit(t *testing.T) {
	r, err := segment.FitRFM(sequence(five()), today, nil)
	require.NoError(t, err)
	for _, c := range []struct {
		name  string
		p     *profile.Profile
		score string
		group segment.Group
	}{
		{"better than all", buyer("x", 0, 20, 9900, "EUR"), "555", segment.Champions},
		{"as good as the best", buyer("x", 10, 5, 5000, "EUR"), "555", segment.Champions},
		{"worse than all", buyer("x", 400, 1, 100, "EUR"), "111", segment.Hibernating},
		{"has just begun", buyer("x", 1, 1, 500, "EUR"), "511", segment.New},
		{"was among the best", buyer("x", 300, 9, 9000, "EUR"), "155", segment.CannotLose},
	} {
		s, ok := r.Score(c.p, today)
		require.True(t, ok, c.name)
		assert.Equal(t, c.score, s.String(), c.name)
		assert.Equal(t, c.group, s.Group(), c.name)
	}
}

func TestCustomersWithoutAnOrderAreApart(t *testing.T) {
	all := append(five(), profile.New("nobody"), buyer("dollars", 1, 3, 100, "USD"))
	r, err := segment.FitRFM(sequence(all), today, nil)
	require.NoError(t, err)
	require.Equal(t, "EUR", r.Currency)
	require.Equal(t, 5, r.Customers)
	require.Equal(t, 2, r.Apart)
	for _, p := range all[5:] {
		_, ok := r.Score(p, today)
		require.False(t, ok)
	}
}

func TestQuintilesTakeFiveCustomers(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		profiles iter.Seq2[*profile.Profile, error]
		options  *segment.RFMOptions
		want     error
	}{
		"nobody":           {sequence(nil), nil, segment.ErrTooFew},
		"one":              {sequence(five()[:1]), nil, segment.ErrTooFew},
		"four":             {sequence(five()[:4]), nil, segment.ErrTooFew},
		"another currency": {sequence(five()), &segment.RFMOptions{Currency: "JPY"}, segment.ErrTooFew},
		"a broken source":  {ended(broken), nil, broken},
	} {
		_, err := segment.FitRFM(c.profiles, today, c.options)
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestEverybodyEqualScoresTheSame(t *testing.T) {
	var all []*profile.Profile
	for i := range 9 {
		all = append(all, buyer(fmt.Sprintf("c-%d", i), 30, 1, 1000, "EUR"))
	}
	r, err := segment.FitRFM(sequence(all), today, nil)
	require.NoError(t, err)
	s, _ := r.Score(all[3], today)
	require.Equal(t, "111", s.String(), "nobody is worse")
}

func TestAScoreOutOfRangeHasNoGroup(t *testing.T) {
	seen := map[segment.Group]bool{}
	for r := range 7 {
		for f := range 7 {
			for m := range 7 {
				inside := min(r, f, m) >= 1 && max(r, f, m) <= 5
				g := segment.Score{R: r, F: f, M: m}.Group()
				require.Equal(t, inside, slices.Contains(segment.Groups(), g))
				seen[g] = true
			}
		}
	}
	require.Len(t, seen, len(segment.Groups())+1, "each group, and none")
}

func TestCutsComeBackFromTheirBytes(t *testing.T) {
	r, err := segment.FitRFM(sequence(five()), today, nil)
	require.NoError(t, err)
	data, err := json.Marshal(r)
	require.NoError(t, err)
	var back segment.RFM
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, *r, back)
	for name, text := range map[string]string{
		"no JSON":          `{`,
		"another version":  `{"format":99,"body":{"currency":"EUR","customers":5}}`,
		"no body":          `{"format":1}`,
		"no currency":      `{"format":1,"body":{"customers":5}}`,
		"cuts that fall":   `{"format":1,"body":{"currency":"EUR","customers":5,"recency":[4,3,2,1]}}`,
		"too few to be so": `{"format":1,"body":{"currency":"EUR","customers":4}}`,
	} {
		require.ErrorIs(t, new(segment.RFM).UnmarshalJSON([]byte(text)), segment.ErrFormat, name)
	}
}

func FuzzRFM(f *testing.F) {
	f.Add([]byte(`{"format":1,"body":{"currency":"EUR","customers":5,"recency":[-4,-3,-2,-1]}}`))
	f.Add([]byte(`{"format":1,"body":{"currency":"EUR","customers":5,"recency":[1e308,1e308,1e308,1e308]}}`))
	p := buyer("c", 10, 2, 1000, "EUR")
	f.Fuzz(func(t *testing.T, data []byte) {
		var r segment.RFM
		if r.UnmarshalJSON(data) != nil {
			return
		}
		if s, ok := r.Score(p, today); ok {
			require.NotEmpty(t, s.Group())
		}
		again, err := r.MarshalJSON()
		require.NoError(t, err)
		var back segment.RFM
		require.NoError(t, back.UnmarshalJSON(again))
	})
}
