package llm_test

import (
	"fmt"
	"hash/fnv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// letters is n in letters, so that no scanner for personal data takes it for a number.
func letters(n int) string {
	s := []byte{byte('a' + n%16)}
	for n /= 16; n > 0; n /= 16 {
		s = append(s, byte('a'+n%16))
	}
	return string(s)
}

// signedWord is word i of n of an answer: it names its provider, the question, the attempt and its own place. Every third
// word ends a sentence, by which a shield streams.
func signedWord(provider, question string, attempt string, i, n int) string {
	word := strings.Join([]string{provider, question, attempt, letters(i), letters(n)}, ".")
	if i%3 == 2 {
		word += "!"
	}
	return word
}

// signed is an answer each of whose words is signed, so that words of two answers, or attempts, or models give themselves
// away, and so do words that got lost.
func signed(provider, question string, attempt int) string {
	n := 3 + int(mix(provider, question, attempt)%13)
	words := make([]string, n)
	for i := range words {
		words[i] = signedWord(provider, question, letters(attempt), i, n)
	}
	return strings.Join(words, " ")
}

// mix is a number that depends on all of the parts.
func mix(parts ...any) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, parts...)
	x := h.Sum64()
	x ^= x >> 31
	x *= 0x9e3779b97f4a7c15 // FNV alone hardly moves the low bits for parts that differ at their end
	return x ^ x>>29
}

// unsigned says what keeps text from being one answer to question, or the beginning of one.
func unsigned(text, question string, complete bool) error {
	words := strings.Split(text, " ")
	parts := strings.Split(words[0], ".")
	if len(parts) != 5 {
		if !complete && len(words) == 1 {
			return nil // not even a word
		}
		return fmt.Errorf("no signature: %.40q", text)
	}
	n := 0
	for n < 64 && letters(n) != parts[4] {
		n++
	}
	for i, w := range words {
		want := signedWord(parts[0], question, parts[2], i, n)
		cut := !complete && i == len(words)-1 && strings.HasPrefix(want, w)
		if w != want && !cut {
			return fmt.Errorf("word %d is %.40q, not %q", i, w, want)
		}
	}
	if complete && len(words) != n {
		return fmt.Errorf("%d words of %d", len(words), n)
	}
	return nil
}

func TestSignaturesShowSplices(t *testing.T) {
	a, b := signed("big", "qa", 0), signed("big", "qa", 1)
	words := strings.SplitAfter(a, " ")
	for name, text := range map[string]string{
		"two answers":        a + " " + b,
		"half and a whole":   words[0] + words[1] + b,
		"two halves":         words[0] + strings.Join(strings.SplitAfter(b, " ")[1:], ""),
		"a word lost":        words[0] + strings.Join(words[2:], ""),
		"a word twice":       words[0] + a,
		"the end lost":       strings.TrimSuffix(strings.Join(words[:len(words)-1], ""), " "),
		"another question":   signed("big", "qb", 0),
		"another model's":    words[0] + strings.Join(strings.SplitAfter(signed("small", "qa", 0), " ")[1:], ""),
		"what nobody signed": "Sorry.",
		"nothing":            "",
	} {
		assert.Error(t, unsigned(text, "qa", true), name)
	}
	assert.NoError(t, unsigned(a, "qa", true))
	for end := range len(a) {
		assert.NoError(t, unsigned(a[:end], "qa", false))
		assert.Error(t, unsigned(a[:end], "qa", true))
	}
	assert.Error(t, unsigned(words[0]+b, "qa", false))
}
