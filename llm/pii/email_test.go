package pii_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm/pii"
)

// What is found becomes the argument of a tool: an address with markup in it would be another one.
func TestMailAddressesEndWhereTheirMarkupBegins(t *testing.T) {
	scanner, err := pii.New(nil)
	require.NoError(t, err)
	for text, want := range map[string]string{
		"Write to **anna@example.org**.":             "anna@example.org",
		"Write to _anna@example.org_.":               "anna@example.org",
		"Write to `anna@example.org`.":               "anna@example.org",
		"| name | anna@example.org |":                "anna@example.org",
		"email=anna@example.org&x=1":                 "anna@example.org",
		"https://x.example/off/anna@example.org/1":   "anna@example.org",
		"https://x.example/off?e=anna%40example.org": "anna%40example.org",
		"e=anna%40example.org":                       "anna%40example.org",
		"bounce+anna=example.com@lists.example.org":  "bounce+anna=example.com@lists.example.org",
		"anna+shop@example.org":                      "anna+shop@example.org",
		"o'neil@example.org":                         "o'neil@example.org",
		"写信给anna@example.org吧":                       "anna@example.org",
		"<anna_b@example.org>":                       "anna_b@example.org",
	} {
		found := scanner.Scan(text)
		if assert.Len(t, found, 1, text) {
			assert.Equal(t, want, text[found[0].Start:found[0].End])
		}
	}
}
