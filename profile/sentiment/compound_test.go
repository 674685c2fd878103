package sentiment

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readAll(t testing.TB, bodies ...string) (out []Document) {
	for _, body := range bodies {
		out = append(out, read(t, NewLexicon(), body))
	}
	return out
}

func TestWhichPairsAreCompounds(t *testing.T) {
	for name, c := range map[string]struct {
		bodies []string
		pair   [2]string
		want   bool
	}{
		"a pair that recurs": {
			[]string{"The battery life is great.", "I love the battery life!", "Battery life was awful, and the box too."}, [2]string{"battery", "life"}, true},
		"with a hyphen and in the plural": {
			[]string{"The price-tag was there.", "Two price tags.", "The price tag is bad."}, [2]string{"price", "tag"}, true},
		"two texts are too few": {
			[]string{"The battery life is great.", "I love the battery life!"}, [2]string{"battery", "life"}, false},
		"one text that repeats it is one": {
			[]string{"Battery life, battery life, battery life, battery life."}, [2]string{"battery", "life"}, false},
		"words that are mostly apart": {
			[]string{"The green dress.", "A green dress.", "My green dress!", "Green and good.", "Green is bad.", "So green.", "A green one.", "The dress was here.", "A dress.", "Dress and shoes.", "This dress!"}, [2]string{"green", "dress"}, false},
		"a word that is used as a verb": {
			[]string{"The dress shrank.", "My dress shrank.", "That dress shrank and it shrank again."}, [2]string{"dress", "shrank"}, false},
		"a comma between them": {
			[]string{"The battery, life and all.", "My battery, life of it.", "A battery, life is good."}, [2]string{"battery", "life"}, false},
		"a grammar word between them": {
			[]string{"The battery and life.", "My battery and life.", "A battery and life."}, [2]string{"battery", "life"}, false},
		"part of a longer name": {
			[]string{"The dark green summer dress.", "A dark green summer dress.", "My dark green summer dress."}, [2]string{"green", "summer"}, false},
		"numbers": {
			[]string{"I weigh 130 pounds.", "At 130 pounds.", "About 130 pounds."}, [2]string{"130", "pounds"}, false},
		"another language": {
			[]string{"Der Akku Tarif ist gut.", "Mein Akku Tarif.", "Der Akku Tarif und ich."}, [2]string{"Akku", "Tarif"}, false},
	} {
		compounds := NewCompounds(readAll(t, c.bodies...), nil)
		d := read(t, NewLexicon(), fmt.Sprintf("The %s %s is terrible.", c.pair[0], c.pair[1]))
		compounds.Widen(&d)
		got := d.Sentences[0].Opinions[0].Target.In(d.Text)
		assert.Equal(t, c.want, got == c.pair[0]+" "+c.pair[1], "%s: %s", name, got)
	}
}

func TestCompoundsDoNotDependOnTheOrderOfTexts(t *testing.T) {
	documents := readAll(t, "The battery life is great.", "I love the battery life!", "Battery life was awful.", "The ice cream melts.", "Good ice cream.", "An ice cream.", "The battery is bad.")
	want := NewCompounds(documents, nil).pairs
	require.Len(t, want, 2)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		rng.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
		require.Equal(t, want, NewCompounds(documents, nil).pairs)
	}
}

func TestWideningKeepsWhatItIsNotAbout(t *testing.T) {
	compounds := NewCompounds(readAll(t, "The battery life is great.", "I love the battery life!", "Battery life was awful."), nil)
	d := read(t, NewLexicon(), "The battery life is awful, the zip is great.")
	before := d.Sentences[0].Opinions
	compounds.Widen(&d)
	require.Equal(t, []string{"battery life=negative", "zip=positive"}, opinions(&d))
	assert.Equal(t, before[1], d.Sentences[0].Opinions[1])
	assert.Equal(t, before[0].Confidences, d.Sentences[0].Opinions[0].Confidences)
	again := d.Sentences[0].Opinions
	compounds.Widen(&d)
	assert.Equal(t, again, d.Sentences[0].Opinions, "wide enough")

	linked := read(t, NewLexicon(), "The battery life is awful.")
	linked.Sentences[0].Opinions[0].Entity = &Entity{Kind: EntityCategory, Name: "Battery"}
	want := linked.Sentences[0].Opinions[0].Target
	compounds.Widen(&linked)
	assert.Equal(t, want, linked.Sentences[0].Opinions[0].Target)
}

func TestTwoOpinionsOnACompoundAreOne(t *testing.T) {
	compounds := NewCompounds(readAll(t, "The battery life is great.", "I love the battery life!", "Battery life was awful."), nil)
	d := read(t, NewLexicon(), "Battery life")
	s := &d.Sentences[0]
	s.Opinions = []Opinion{
		{Target: Span{Start: 0, End: 7}, Label: Positive, Confidences: Confidences{0.6, 0.4, 0}},
		{Target: Span{Start: 8, End: 12}, Label: Negative, Confidences: Confidences{0, 0.2, 0.8}},
	}
	compounds.Widen(&d)
	require.Equal(t, []string{"Battery life=negative"}, opinions(&d))
}

func TestAThemeCanBeACompound(t *testing.T) {
	at := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	var reviews []Review
	for i, body := range []string{"The battery life is great.", "Awful battery life!", "Battery life was awful.", "The screen is great.", "The screen is bad."} {
		reviews = append(reviews, Review{ID: fmt.Sprint("r-", i), Item: "phone", Time: at, Document: read(t, NewLexicon(), body)})
	}
	before := fmt.Sprint(reviews)
	themes := Themes(reviews, "phone", Window{}, Window{at, at.AddDate(0, 1, 0)}, nil)
	require.Len(t, themes, 2)
	assert.Equal(t, "battery life", themes[0].Name)
	assert.Equal(t, Tally{Positive: 1, Negative: 2}, themes[0].Tally)
	assert.Equal(t, "screen", themes[1].Name)
	assert.Equal(t, before, fmt.Sprint(reviews), "the reviews stay as they are")

	few := Themes(reviews[:2], "phone", Window{}, Window{at, at.AddDate(0, 1, 0)}, nil)
	require.Empty(t, few, "two texts are too few: one is of life, the other of batteries")
	few = Themes(reviews[:2], "phone", Window{}, Window{at, at.AddDate(0, 1, 0)}, &ThemeOptions{Compounds: NewCompounds(documentsOf(reviews), nil)})
	require.Len(t, few, 1, "the shop's other reviews tell")
	assert.Equal(t, "battery life", few[0].Name)
}

func documentsOf(reviews []Review) (out []Document) {
	for _, r := range reviews {
		out = append(out, r.Document)
	}
	return out
}
