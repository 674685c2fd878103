package tokenizer

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// charsmap is the table of SentencePiece that says what a character becomes: a double-array trie, whose values are places
// in a list of texts that end in a zero byte.
type charsmap struct {
	units []uint32
	texts string
}

// precompiled is the normalizer "Precompiled".
func precompiled(data []byte) (normalizer, error) {
	if len(data) == 0 {
		return (*normalizerSpec)(nil).compile()
	}
	broken := errors.New("normalizer \"Precompiled\": its charsmap is broken")
	if len(data) < 4 {
		return nil, broken
	}
	size := int64(binary.LittleEndian.Uint32(data))
	data = data[4:]
	if size%4 != 0 || size == 0 || size > int64(len(data)) {
		return nil, broken
	}
	c := &charsmap{units: make([]uint32, size/4), texts: string(data[size:])}
	for i := range c.units {
		c.units[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return c.normalize, nil
}

// normalize takes whole grapheme clusters where the table knows them, else each character by itself.
func (c *charsmap) normalize(text string) string {
	var b strings.Builder
	for g := graphemes.FromString(text); g.Next(); {
		cluster := g.Value()
		if to, ok := c.find(cluster); ok && len(cluster) < 6 {
			b.WriteString(to)
			continue
		}
		for i, r := range cluster {
			char := cluster[i : i+utf8.RuneLen(r)]
			if to, ok := c.find(char); ok {
				char = to
			}
			b.WriteString(char)
		}
	}
	return b.String()
}

// find walks the trie along key and takes the first value on its way, as the Hugging Face library does.
func (c *charsmap) find(key string) (string, bool) {
	at := offset(c.units[0])
	for i := range len(key) {
		at ^= uint32(key[i])
		if key[i] == 0 || int64(at) >= int64(len(c.units)) {
			return "", false
		}
		unit := c.units[at]
		if unit&(1<<31|0xFF) != uint32(key[i]) {
			return "", false
		}
		if at ^= offset(unit); unit>>8&1 == 1 {
			return c.textAt(at)
		}
	}
	return "", false
}

// offset is that of the children of a unit.
func offset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }

func (c *charsmap) textAt(unit uint32) (string, bool) {
	if int64(unit) >= int64(len(c.units)) {
		return "", false
	}
	at := int64(c.units[unit] & (1<<31 - 1))
	if at >= int64(len(c.texts)) {
		return "", false
	}
	text, _, _ := strings.Cut(c.texts[at:], "\x00")
	return text, true
}
