package sentiment

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/internal/text"
)

func learn(t testing.TB, examples []Example, o *LearnOptions) *Linear {
	t.Helper()
	l, err := Learn(t.Context(), examples, o)
	require.NoError(t, err)
	return l
}

func TestLearnFindsWhatTellsLabelsApart(t *testing.T) {
	train, test := reviews(600, 20, "anger", "joy", "love"), reviews(300, 20, "anger", "joy", "love")
	for _, features := range []Features{Choose, Words, WordsAndGrams} {
		l := learn(t, train, &LearnOptions{Features: features})
		require.Equal(t, []string{"anger", "joy", "love"}, l.Labels())
		right := 0
		for _, e := range test {
			if l.Classify(e.Texts...).Label == e.Label {
				right++
			}
		}
		assert.Greater(t, right, 150, "a third is chance; features %d", features)
	}
}

func TestLearnFindsNothingInLabelsDealtAtRandom(t *testing.T) {
	train, test := reviews(600, 20, Negative, Positive), reviews(300, 20, Negative, Positive)
	rng := rand.New(rand.NewPCG(3, 3))
	for i := range train {
		train[i].Label = []string{Negative, Positive}[rng.IntN(2)]
	}
	l := learn(t, train, nil)
	for _, e := range test {
		assert.InDelta(t, 0.5, l.Classify(e.Texts...).Probabilities[0], 0.3)
	}
}

func TestTheSameExamplesGiveTheSameBytes(t *testing.T) {
	examples := reviews(300, 15, "a", "b", "c")
	first, err := learn(t, examples, &LearnOptions{Seed: 7}).MarshalBinary()
	require.NoError(t, err)
	second, err := learn(t, examples, &LearnOptions{Seed: 7}).MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, first, second)
}

func TestALoadedModelScoresToTheBit(t *testing.T) {
	for _, labels := range [][]string{{"a", "b"}, {"a", "b", "c"}} {
		l := learn(t, reviews(300, 15, labels...), nil)
		stored, err := l.MarshalBinary()
		require.NoError(t, err)
		loaded, err := Load(stored)
		require.NoError(t, err)
		again, err := loaded.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, stored, again)
		for _, e := range reviews(100, 10, labels...) {
			require.Equal(t, l.Classify(e.Texts...), loaded.Classify(e.Texts...))
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	good, err := learn(t, reviews(100, 10, "a", "b"), &LearnOptions{Features: Words}).MarshalBinary()
	require.NoError(t, err)
	seal := func(b []byte) []byte {
		body := b[:len(b)-4]
		return binary.LittleEndian.AppendUint32(slices.Clone(body), crc32.ChecksumIEEE(body))
	}
	newer := slices.Clone(good)
	newer[len(magic)]++
	flipped := slices.Clone(good)
	flipped[len(flipped)/2] ^= 1
	notANumber := slices.Clone(good)
	copy(notANumber[len(notANumber)-8:], "\xff\xff\xff\xff")
	for name, data := range map[string][]byte{
		"nothing":                            nil,
		"what is no model":                   []byte("{}"),
		"a newer version":                    seal(newer),
		"a bit that flipped":                 flipped,
		"half of it":                         good[:len(good)/2],
		"half of it with a right checksum":   seal(good[:len(good)/2]),
		"more than all":                      seal(append(slices.Clone(good), 0, 0, 0, 0)),
		"a weight that is not a number":      seal(notANumber),
		"a version alone, rightly summed up": seal(append([]byte(magic), formatVersion, 0, 0, 0, 0, 0, 0, 0)),
	} {
		_, err := Load(data)
		require.ErrorIs(t, err, ErrFormat, name)
	}
}

func FuzzLoad(f *testing.F) {
	good, err := learn(f, reviews(60, 5, "a", "b"), &LearnOptions{Features: Words, MaxFeatures: 8}).MarshalBinary()
	require.NoError(f, err)
	f.Add(good[:len(good)-4])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, body []byte) {
		l, err := Load(binary.LittleEndian.AppendUint32(slices.Clone(body), crc32.ChecksumIEEE(body)))
		if err != nil {
			require.ErrorIs(t, err, ErrFormat)
			return
		}
		p := l.Classify("w1 w2 good")
		assert.Contains(t, l.labels, p.Label)
	})
}

func TestLearnRefuses(t *testing.T) {
	good := reviews(40, 5, "a", "b")
	few := append(slices.Clone(good), Example{[]string{"rare"}, "c"})
	for name, examples := range map[string][]Example{"no examples": nil, "one label": reviews(20, 5, "a"), "one example of a label": few} {
		_, err := Learn(t.Context(), examples, nil)
		require.ErrorIs(t, err, ErrTooFew, name)
	}
	for name, o := range map[string]LearnOptions{"a cost below 0": {Cost: -1}, "one part": {Folds: 1}, "features that there are not": {Features: 9}} {
		_, err := Learn(t.Context(), good, &o)
		require.Error(t, err, name)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Learn(ctx, good, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestTextsWithoutKnownWordsGetTheBaseRate(t *testing.T) {
	var examples []Example
	for i := range 90 {
		examples = append(examples, Example{[]string{fmt.Sprint("w", i)}, []string{"a", "b", "b"}[i%3]})
	}
	p := learn(t, examples, &LearnOptions{Features: Words}).Classify("never seen")
	require.InDelta(t, 1.0/3, p.Probabilities[0], 0.03)
}

func TestProbabilitiesSumToOneForAnyText(t *testing.T) {
	l := learn(t, reviews(200, 15, "a", "b", "c"), nil)
	rapid.Check(t, func(t *rapid.T) {
		p := l.Classify(rapid.String().Draw(t, "text"), string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
		total := 0.0
		for _, q := range p.Probabilities {
			require.GreaterOrEqual(t, q, 0.0)
			total += q
		}
		require.InDelta(t, 1, total, 1e-12)
	})
}

// TestGramsAreThoseOfText compares the hashed n-grams with text.Grams.
func TestGramsAreThoseOfText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOf(rapid.RuneFrom([]rune("aäб漢😀"))).Draw(t, "word")
		r := reader{grams: grams{3, 4}}
		if word != "" {
			r.ngrams(word)
		}
		var want []feature
		for g := range text.Grams(word, 3, 4) {
			want = append(want, feature(mix(hashOf(gramSeed, g))|gramBit))
		}
		require.ElementsMatch(t, want, r.features)
	})
}

func TestSignsCountAsWords(t *testing.T) {
	r := &reader{}
	seen := func(s string) (out []feature) {
		for _, c := range r.read([]string{s}) {
			out = append(out, c.feature)
		}
		return out
	}
	one := feature(mix(hashOf(wordSeed, "😍")) &^ gramBit)
	require.Contains(t, seen("nice 😍"), one)
	require.Contains(t, seen("😍"), one)
	require.NotContains(t, seen("nice"), one)
	require.NotEqual(t, seen("good!"), seen("good?"))
	require.Len(t, seen(strings.Repeat("-", 1000)), 2, "a word and its pair with the beginning")
}

func TestStarsAreLabels(t *testing.T) {
	require.Equal(t, []Label{"", Negative, Negative, Neutral, Positive, Positive, ""},
		[]Label{LabelOfStars(0), LabelOfStars(1), LabelOfStars(2), LabelOfStars(3), LabelOfStars(4), LabelOfStars(5), LabelOfStars(6)})
}
