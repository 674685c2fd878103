package sentiment

import (
	"strings"

	"github.com/clmkit/clmkit/internal/numeric"
	"github.com/clmkit/clmkit/internal/text"
)

// lexicalColumns are those of the lexicon, behind the columns of words and
// n-grams: how good and how bad the text is, and its last sentence, in which
// many reviews sum up.
const lexicalColumns = 4

// lexicalScale makes the penalty hold the lexical columns back, which are few and
// in every row. It was chosen like [LearnOptions.Cost].
const lexicalScale = 0.3

// feel returns the values of the lexical columns, each in [0, 1).
func (l *Lexicon) feel(texts []string) [lexicalColumns]float64 {
	var good, bad, lastGood, lastBad float64
	for _, s := range texts {
		language := l.byWords(s, "")
		if language == "" {
			language = languages[0]
		}
		for span := range text.Sentences(s) {
			lastGood, lastBad = add(l.read(s, span, language))
			good, bad = good+lastGood, bad+lastBad
		}
	}
	all, last := confide(good, bad), confide(lastGood, lastBad)
	return [lexicalColumns]float64{all.Positive, all.Negative, last.Positive, last.Negative}
}

// addWhole adds what texts are as a whole to a row of the space: the columns of
// the lexicon and those of the form.
func (s *space) addWhole(row *numeric.Sparse, texts []string, felt [lexicalColumns]float64) {
	for k, v := range felt {
		row.Append(len(s.features)+k, lexicalScale*v)
	}
	for k, v := range formOf(texts) {
		row.Append(len(s.features)+lexicalColumns+k, v)
	}
}

// wholeColumns is how many columns are behind those of words and n-grams.
const wholeColumns = lexicalColumns + formColumns

// width is the number of columns.
func (s *space) width() int { return len(s.features) + wholeColumns }

// feelings remembers what the lexicon says of examples, which are read up to
// three times.
type feelings struct {
	lexicon *Lexicon
	known   map[string][lexicalColumns]float64
}

func (f feelings) of(texts []string) [lexicalColumns]float64 {
	key := strings.Join(texts, "\x00")
	values, ok := f.known[key]
	if !ok {
		values = f.lexicon.feel(texts)
		f.known[key] = values
	}
	return values
}
