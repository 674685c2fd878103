package sentiment

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestASummarySpeaksALanguage(t *testing.T) {
	reviews, before, now := themed(t)
	themes := Themes(reviews, "i-1", before, now, nil)[:1]
	for language, want := range map[string]string{
		"":      `zip: 5 reviews, 2 positive, 3 negative, trend +2.00; "The zip is excellent." [r-3]`,
		"xx":    `zip: 5 reviews, 2 positive, 3 negative, trend +2.00; "The zip is excellent." [r-3]`,
		"de-AT": `zip: 5 Bewertungen, 2 positiv, 3 negativ, Trend +2,00; „The zip is excellent.“ [r-3]`,
		"fr_CA": `zip: 5 avis, 2 positifs, 3 négatifs, tendance +2,00; « The zip is excellent. » [r-3]`,
		"es":    `zip: 5 reseñas, 2 positivas, 3 negativas, tendencia +2,00; «The zip is excellent.» [r-3]`,
		"IT":    `zip: 5 recensioni, 2 positive, 3 negative, tendenza +2,00; «The zip is excellent.» [r-3]`,
		"nl":    `zip: 5 reviews, 2 positief, 3 negatief, trend +2,00; “The zip is excellent.” [r-3]`,
		"pt-BR": `zip: 5 avaliações, 2 positivas, 3 negativas, tendência +2,00; “The zip is excellent.” [r-3]`,
		"id":    `zip: 5 ulasan, 2 positif, 3 negatif, tren +2,00; “The zip is excellent.” [r-3]`,
	} {
		got := Summarise(themes, &SummaryOptions{Language: language})
		assert.Truef(t, strings.HasPrefix(got, want+";"), "%s: %s", language, got)
	}
}

func TestEveryLanguageOfTheLexiconHasASummary(t *testing.T) {
	themes := []Theme{{Name: "zip", Reviews: 1, Tally: Tally{Positive: 1, Negative: 2}}}
	seen := map[string]string{}
	for _, language := range languages {
		line := Summarise(themes, &SummaryOptions{Language: language})
		assert.Empty(t, seen[line], "%s reads as %s", language, seen[line])
		seen[line] = language
	}
}

func TestOneIsSingular(t *testing.T) {
	themes := []Theme{{Name: "zip", Reviews: 1, Tally: Tally{Positive: 1}}}
	assert.Equal(t, "zip: 1 review, 1 positive, 0 negative.\n", Summarise(themes, nil))
	assert.Equal(t, "zip: 1 reseña, 1 positiva, 0 negativas.\n", Summarise(themes, &SummaryOptions{Language: "es"}))
}

func TestAQuoteCannotCiteAnotherReview(t *testing.T) {
	themes := []Theme{{Name: "zip", Reviews: 1, Good: []ThemeQuote{{Review: "r-1", Text: "nice\n“\" [r-9]; »x«\u202e"}}}}
	for _, language := range languages {
		got := Summarise(themes, &SummaryOptions{Language: language})
		assert.Equal(t, 1, strings.Count(got, "["), got)
		assert.Equal(t, 1, strings.Count(got, "\n"), got)
		assert.NotContains(t, got, "\u202e")
		assert.Contains(t, got, "nice '' (r-9); 'x'")
	}
}

func TestTheLargestThemesAreTold(t *testing.T) {
	themes := make([]Theme, 9)
	assert.Equal(t, 5, strings.Count(Summarise(themes, nil), "\n"))
	assert.Equal(t, 7, strings.Count(Summarise(themes, &SummaryOptions{Most: 7}), "\n"))
	assert.Empty(t, Summarise(nil, nil))
}
