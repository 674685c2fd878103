package llm

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRewriteJSONChangesTextsAndNumbersAlone(t *testing.T) {
	raw := `{ "a" : "x\"y", "n": -1.5e3, "deep":{"k":["p", true, null, 7]}, "a\nb":"" }`
	var seen []string
	same := rewriteJSON(raw, func(key, text string) string {
		seen = append(seen, key+"="+text)
		return text
	})
	assert.Equal(t, raw, same)
	assert.Equal(t, []string{"=a", `a=x"y`, "=n", "n=-1.5e3", "=deep", "=k", "k=p", "k=7", "=a\nb", "a\nb="}, seen)

	loud := rewriteJSON(raw, func(_, text string) string { return text + "\n!" })
	assert.Equal(t, `{ "a\n!" : "x\"y\n!", "n\n!": "-1.5e3\n!", "deep\n!":{"k\n!":["p\n!", true, null, "7\n!"]}, "a\nb\n!":"\n!" }`, loud)
}

func FuzzRewriteJSON(f *testing.F) {
	for _, s := range []string{`{"a":"b"}`, `[1,-2.5e+7,"\u00e5\\"]`, `"\ud800"`, `{"a":{"b":[{}]}}`, `7`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if !json.Valid([]byte(raw)) {
			return
		}
		same := rewriteJSON(raw, func(_, text string) string { return text })
		require.Equal(t, raw, same)
		texts := 0
		other := rewriteJSON(raw, func(_, text string) string {
			texts++
			return `"` + strings.ToValidUTF8(text, "") + "\x00"
		})
		require.True(t, json.Valid([]byte(other)), "%q became %q", raw, other)
		require.Equal(t, texts > 0, raw != other)
	})
}
