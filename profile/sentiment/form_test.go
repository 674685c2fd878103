package sentiment

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTheFormOfATextIsWhatCanBeSeen(t *testing.T) {
	for _, c := range []struct {
		name  string
		texts []string
		want  form
	}{
		{"nothing", []string{"", " \n"}, form{}},
		{"a plain sentence", []string{"It works."}, form{words: 2, letters: 7, capitals: 1, stops: 1}},
		{"shouting", []string{"NEVER AGAIN I say!!!"}, form{words: 4, shouted: 2, letters: 14, capitals: 11, exclamations: 3, stretches: 1}},
		{"a stretched word", []string{"sooooo good..."}, form{words: 2, letters: 10, stops: 3, stretches: 2}},
		{"other alphabets", []string{"ОЧЕНЬ плохо", "好好好"}, form{words: 3, shouted: 1, letters: 13, capitals: 5, stretches: 1}},
		{"a run that a space breaks", []string{"a a a"}, form{words: 3, letters: 3}},
		{"title and body", []string{"Bad", "BAD"}, form{words: 2, shouted: 1, letters: 6, capitals: 4}},
	} {
		got := formIn(c.texts)
		got.last, got.run = 0, 0
		assert.Equal(t, c.want, got, c.name)
	}
}

func TestTheColumnsOfTheFormAreBetween0And1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Repeat(rapid.String().Draw(t, "text"), rapid.IntRange(1, 30).Draw(t, "times"))
		for _, v := range formOf([]string{s, string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))}) {
			require.True(t, v >= 0 && v <= 1 && !math.IsNaN(v), v)
		}
	})
}

// Labels that differ in nothing but how loud the same words are can be told
// apart; in lower case they cannot.
func TestALabelCanBeHowLoudATextIs(t *testing.T) {
	var loud, quiet []Example
	for i := range 120 {
		words := fmt.Sprintf("parcel %d came late", i%40)
		if i%2 == 0 {
			loud = append(loud, Example{[]string{strings.ToUpper(words)}, "anger"})
		} else {
			loud = append(loud, Example{[]string{words}, "sadness"})
		}
		quiet = append(quiet, Example{[]string{words}, loud[i].Label})
	}
	l := learn(t, loud, &LearnOptions{Features: Words})
	assert.Equal(t, "anger", l.Classify("IT NEVER CAME").Label)
	assert.Equal(t, "sadness", l.Classify("it never came").Label)
	l = learn(t, quiet, &LearnOptions{Features: Words})
	assert.InDelta(t, 0.5, l.Classify("IT NEVER CAME").Probabilities[0], 0.2)
}
