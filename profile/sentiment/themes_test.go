package sentiment

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func catalogue(t testing.TB) *clm.Catalogue {
	t.Helper()
	c, err := clm.NewCatalogue(
		clm.Item{ID: "i-1", Title: "Rain Jacket", Brand: "Norden", Categories: []string{"Jackets"}},
		clm.Item{ID: "i-2", Title: "Jacket", Brand: "Rain", Categories: []string{"Zips"}},
	)
	require.NoError(t, err)
	return c
}

func TestMentionsAreTheLongestNames(t *testing.T) {
	e := NewEntities(catalogue(t), "en")
	const s = "My NORDEN rain jackets, a jacket, rain and two zips."
	var got []string
	for _, m := range e.Mentions(s) {
		got = append(got, fmt.Sprintf("%s=%s %s%s", m.In(s), m.Entity.Kind, m.Entity.Name, m.Entity.Item))
	}
	require.Equal(t, []string{"NORDEN=brand Norden", "rain jackets=item Rain Jacketi-1", "jacket=item Jacketi-2", "rain=brand Rain", "zips=category Zips"}, got)
	require.Empty(t, NewEntities(nil, "en").Mentions(s))
}

func TestOpinionsAreLinked(t *testing.T) {
	e := NewEntities(catalogue(t), "en")
	body := "The rain jacket is lovely, but the hem is terrible."
	d, err := NewLexicon().Analyze(t.Context(), []Text{{Body: body}})
	require.NoError(t, err)
	e.Link(&d[0])
	got := d[0].Sentences[0].Opinions
	require.Len(t, got, 2)
	require.Equal(t, &Entity{EntityItem, "Rain Jacket", "i-1"}, got[0].Entity)
	require.Nil(t, got[1].Entity)
	require.Equal(t, []Span{{Start: 4, End: 15}}, e.Terms(body))
}

// themed are reviews of two months whose zips get better.
func themed(t testing.TB) (reviews []Review, before, now Window) {
	t.Helper()
	may := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	june := may.AddDate(0, 1, 0)
	for i, body := range []string{
		"The zip is terrible.", "The zips are awful! Lovely colour.", "The zip is bad.",
		"The zip is excellent.", "The zip is good. The colour is beautiful.", "The buttons are nice.",
	} {
		at := may.AddDate(0, i/3, i)
		reviews = append(reviews, Review{ID: fmt.Sprint("r-", i), Item: "i-1", Time: at, Document: read(t, NewLexicon(), body)})
	}
	other := reviews[3]
	other.Item = "i-2"
	early := reviews[3]
	early.Time = may.AddDate(-1, 0, 0)
	return append(reviews, other, early), Window{may, june}, Window{june, june.AddDate(0, 1, 0)}
}

func TestThemesAreCountedWithTheirTrend(t *testing.T) {
	reviews, before, now := themed(t)
	themes := Themes(reviews, "i-1", before, now, nil)
	require.Len(t, themes, 2, "buttons are in one review only")
	zip := themes[0]
	assert.Equal(t, "zip", zip.Name)
	assert.Equal(t, 5, zip.Reviews)
	assert.Equal(t, Tally{Positive: 2, Negative: 3}, zip.Tally)
	assert.Equal(t, 2.0, zip.Trend())
	assert.Equal(t, "The zip is excellent.", zip.Good[0].Text)
	assert.Equal(t, "r-3", zip.Good[0].Review)
	assert.Len(t, zip.Bad, 2)
	for _, q := range append(zip.Good, zip.Bad...) {
		for _, r := range reviews[:6] {
			if r.ID == q.Review {
				assert.Equal(t, q.Text, q.Span.In(r.Text))
			}
		}
	}
}

func TestThemesDoNotDependOnTheOrderOfReviews(t *testing.T) {
	reviews, before, now := themed(t)
	want := Themes(reviews, "i-1", before, now, nil)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		rng.Shuffle(len(reviews), func(i, j int) { reviews[i], reviews[j] = reviews[j], reviews[i] })
		require.Equal(t, want, Themes(reviews, "i-1", before, now, nil))
	}
}

func TestASummaryCitesItsReviews(t *testing.T) {
	reviews, before, now := themed(t)
	s := Summarise(Themes(reviews, "i-1", before, now, nil), &SummaryOptions{Most: 1})
	require.Equal(t, `zip: 5 reviews, 2 positive, 3 negative, trend +2.00; "The zip is excellent." [r-3]; "The zips are awful!" [r-1].`, strings.TrimSpace(s))
	require.Empty(t, Summarise(nil, nil))
}
