package sentiment

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// read analyses one text.
func read(t testing.TB, a Analyzer, body string) Document {
	t.Helper()
	documents, err := a.Analyze(t.Context(), []Text{{Body: body}})
	require.NoError(t, err)
	require.Len(t, documents, 1)
	return documents[0]
}

func TestLexiconReadsSentences(t *testing.T) {
	l := NewLexicon()
	for body, want := range map[string]Label{
		"The dress is beautiful.":                        Positive,
		"The dress is not beautiful.":                    Negative,
		"I never had a problem with it.":                 Positive,
		"The zip broke after a week.":                    Negative,
		"It arrived on Tuesday.":                         Neutral,
		"Lovely colour, but the zip is terrible.":        Negative,
		"The zip is terrible, but the colour is lovely.": Positive,
		"It is soooo comfyyyy":                           Positive,
		"😍😍😍":                                            Positive,
		"no words 👎":                                     Negative,
		"":                                               Neutral,
		"\xff\xfe":                                       Neutral,
		"Das Kleid ist wunderschön.":                     Positive,
		"Das Kleid ist nicht schön.":                     Negative,
		"Das Kleid gefällt mir nicht.":                   Negative,
		"Leider ist der Stoff sehr kratzig.":             Negative,
		"La robe est magnifique et très confortable.":    Positive,
		"La robe n'est pas belle.":                       Negative,
		"La calidad es muy mala.":                        Negative,
		"Me encanta este vestido, es precioso.":          Positive,
		"Il vestito è bellissimo e la stoffa è ottima.":  Positive,
		"Purtroppo il vestito non è buono.":              Negative,
		"De jurk is niet mooi en de stof is slecht.":     Negative,
		"Heel blij met deze mooie jurk!":                 Positive,
		"O vestido é lindíssimo e muito confortável.":    Positive,
		"Não gostei, o produto veio com defeito.":        Negative,
		"Barang bagus banget, pengiriman cepat.":         Positive,
		"Barangnya tidak sesuai dan rusak, kecewa.":      Negative,
	} {
		d := read(t, l, body)
		assert.Equal(t, want, d.Label, "%q in %s", body, d.Language.Tag)
		require.Equal(t, ByLexicon, d.Source)
	}
}

func TestLexiconFilesHoldWhatIsRead(t *testing.T) {
	l := NewLexicon()
	known := map[string]bool{"+3": true, "+2": true, "+1": true, "-1": true, "-2": true, "-3": true}
	for head := range heads() {
		known[head] = true
	}
	for _, name := range append([]string{"signs"}, languages...) {
		content := readLexicon(name)
		require.NotEmpty(t, content, name)
		for line := range strings.Lines(content) {
			fields := strings.Fields(line)
			require.True(t, known[fields[0]], "%s: head %q", name, fields[0])
			for _, word := range fields[1:] {
				e := l.words[name].find(strings.TrimSuffix(word, "*"))
				if name == "signs" {
					e = l.sign(word)
				}
				require.NotEqual(t, plain, e.role, "%s: %q cannot be found", name, word)
			}
		}
	}
	for _, tag := range languages {
		assert.Greater(t, len(l.words[tag].whole)+len(l.words[tag].beginnings), 200, tag)
	}
}

func TestLanguageOfText(t *testing.T) {
	l := NewLexicon()
	for _, c := range []struct {
		body, locale, tag string
		by                Clue
	}{
		{"The quick brown fox is over there", "", "en", ByWords},
		{"Ich habe das Kleid gestern bekommen", "en", "de", ByWords},
		{"Je suis très content de la robe", "", "fr", ByWords},
		{"El vestido es muy bonito y estoy contenta", "", "es", ByWords},
		{"O vestido é muito bonito e estou feliz com ele", "pt-BR", "pt-BR", ByWords},
		{"barangnya sudah sampai dan bagus sekali", "", "id", ByWords},
		{"Ik heb de jurk gisteren gekregen", "", "nl", ByWords},
		{"Il vestito è arrivato ieri e sono contenta", "", "it", ByWords},
		{"とても良いドレスです", "", "ja", ByScript},
		{"质量很好", "en", "zh", ByScript},
		{"πολύ καλό", "", "el", ByScript},
		{"OK", "de-AT", "de-AT", ByWords},
		{"Xyzzy", "de", "de", ByLocale},
		{"", "", "und", Unknown},
		{"12345", "fr", "fr", ByLocale},
	} {
		assert.Equal(t, Language{c.tag, c.by}, l.LanguageOf(c.body, c.locale), c.body)
	}
}
