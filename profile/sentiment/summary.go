package sentiment

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
)

// SummaryOptions are the settings of [Summarise].
type SummaryOptions struct {
	// Language is that of the words between the quotes: "en", "de", "fr", "es",
	// "it", "nl", "pt" or "id", or a BCP 47 tag of one. Default: English, also for
	// a language that there is no table for.
	Language string
	// Most is how many themes are told. Default: 5.
	Most int
}

// Summarise puts the largest themes into words, a line for each, with a quote and
// the id of its review in square brackets. It is extractive: what it says of a
// product are counts and sentences of customers, which stay in their language. In
// a quote, brackets and quotation marks are replaced and white space is one space,
// so that no review can end it or cite another. Empty without themes.
func Summarise(themes []Theme, o *SummaryOptions) string {
	var opts SummaryOptions
	if o != nil {
		opts = *o
	}
	t := tongueOf(opts.Language)
	var b strings.Builder
	for _, theme := range themes[:min(cmp.Or(max(opts.Most, 0), 5), len(themes))] {
		b.WriteString(t.line(&theme))
	}
	return b.String()
}

// A tongue is how a summary speaks. Pairs are the singular and the plural.
type tongue struct {
	reviews, positive, negative [2]string
	trend                       string
	decimal                     string // the decimal point
	quotes                      [2]string
}

// tongueOf returns the table of a BCP 47 tag, English where there is none. The
// tables have no names of fields, so that one with a phrase missing does not
// compile.
func tongueOf(tag string) tongue {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	same := func(s string) [2]string { return [2]string{s, s} }
	switch base {
	case "de":
		return tongue{[2]string{"Bewertung", "Bewertungen"}, same("positiv"), same("negativ"), "Trend", ",", [2]string{"„", "“"}}
	case "fr":
		return tongue{same("avis"), [2]string{"positif", "positifs"}, [2]string{"négatif", "négatifs"}, "tendance", ",", [2]string{"« ", " »"}}
	case "es":
		return tongue{[2]string{"reseña", "reseñas"}, [2]string{"positiva", "positivas"}, [2]string{"negativa", "negativas"}, "tendencia", ",", [2]string{"«", "»"}}
	case "it":
		return tongue{[2]string{"recensione", "recensioni"}, [2]string{"positiva", "positive"}, [2]string{"negativa", "negative"}, "tendenza", ",", [2]string{"«", "»"}}
	case "nl":
		return tongue{[2]string{"review", "reviews"}, same("positief"), same("negatief"), "trend", ",", [2]string{"“", "”"}}
	case "pt":
		return tongue{[2]string{"avaliação", "avaliações"}, [2]string{"positiva", "positivas"}, [2]string{"negativa", "negativas"}, "tendência", ",", [2]string{"“", "”"}}
	case "id":
		return tongue{same("ulasan"), same("positif"), same("negatif"), "tren", ",", [2]string{"“", "”"}}
	}
	return tongue{[2]string{"review", "reviews"}, same("positive"), same("negative"), "trend", ".", [2]string{`"`, `"`}}
}

func (t *tongue) line(theme *Theme) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %s, %s", quotable(theme.Name), numbered(theme.Reviews, t.reviews),
		numbered(theme.Tally.Positive, t.positive), numbered(theme.Tally.Negative, t.negative))
	if trend := theme.Trend(); trend != 0 {
		b.WriteString(", " + t.trend + " " + strings.Replace(fmt.Sprintf("%+.2f", trend), ".", t.decimal, 1))
	}
	for _, quotes := range [][]ThemeQuote{theme.Good, theme.Bad} {
		if len(quotes) > 0 {
			fmt.Fprintf(&b, "; %s%s%s [%s]", t.quotes[0], quotable(quotes[0].Text), t.quotes[1], quotable(quotes[0].Review))
		}
	}
	return b.String() + ".\n"
}

func numbered(n int, forms [2]string) string {
	if n == 1 {
		return "1 " + forms[0]
	}
	return fmt.Sprint(n, " ", forms[1])
}

// quotable makes a text one line in which nothing ends a quote or is a reference.
func quotable(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '"' || r == '„' || r == '‚' || unicode.In(r, unicode.Pi, unicode.Pf):
			return '\''
		case r == '[':
			return '('
		case r == ']':
			return ')'
		case unicode.IsSpace(r) || !unicode.IsGraphic(r):
			return ' '
		}
		return r
	}, s)), " ")
}
