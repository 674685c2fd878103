package candidate

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"

	"github.com/clmkit/clmkit/recommend/internal/wire"
)

// Known are texts' vectors that an embedder made before, so that a text is not
// embedded twice. Nil are none.
type Known struct {
	model   string // that the embedder named
	vectors map[textKey][]float32
}

// textKey stands for a text.
type textKey [16]byte

func keyOf(text string) textKey {
	sum := sha256.Sum256([]byte(text))
	return textKey(sum[:16])
}

// Known returns the vectors of the items' texts, which it shares, or nil where
// they are made of the catalogue as a whole: then a text has another vector in
// another catalogue.
func (c *Content) Known() *Known {
	if c == nil || c.lexical {
		return nil
	}
	k := &Known{model: c.model, vectors: make(map[textKey][]float32, len(c.vectors))}
	for item, v := range c.vectors {
		if v != nil {
			k.vectors[keyOf(itemText(c.v.Catalogue[item]))] = v
		}
	}
	return k
}

// of returns the vector of a text, or nil.
func (k *Known) of(text string) []float32 {
	if k == nil {
		return nil
	}
	return k.vectors[keyOf(text)]
}

// sameVector is the cosine from which on two vectors of a text are taken for
// those of one model: services that compute on several machines do not always
// return the same bits.
const sameVector = 0.999

// checked returns the known vectors if the embedder still makes them: it is asked
// for that of the first text with one, and nil for an embedder of another model.
func (k *Known) checked(ctx context.Context, c *Content, texts []string) (*Known, error) {
	for _, text := range texts {
		was := k.of(text)
		if was == nil {
			continue
		}
		now, model, err := c.embed(ctx, []string{text})
		if err != nil || model != k.model || len(now[0]) != len(was) || !(dot(now[0], was) >= sameVector) {
			return nil, err
		}
		return k, nil
	}
	return nil, nil
}

// knownVersion is the first byte of encoded vectors. What it means never changes;
// another layout gets another number.
const knownVersion = 1

// Append appends the vectors of the items' texts, as far as [Content.Known] has
// them: 4 bytes for each number, and 16 for each text.
func (c *Content) Append(b []byte) []byte {
	k := c.Known()
	if k == nil || len(k.vectors) == 0 {
		return b
	}
	var keys []byte
	var numbers []float32
	for item, v := range c.vectors { // in an order that is the same each time
		if v == nil {
			continue
		}
		key := keyOf(itemText(c.v.Catalogue[item]))
		if _, first := k.vectors[key]; !first {
			continue
		}
		delete(k.vectors, key)
		keys, numbers = append(keys, key[:]...), append(numbers, v...)
	}
	b = wire.AppendString(append(b, knownVersion), k.model)
	return wire.AppendNumbers(wire.AppendNumbers(b, keys), numbers)
}

// DecodeKnown reads what [Content.Append] wrote; of no bytes it returns nil.
func DecodeKnown(b []byte) (*Known, error) {
	if len(b) == 0 {
		return nil, nil
	}
	c := wire.NewCursor(b)
	if version := wire.One[uint8](c); version != knownVersion {
		c.Fail("version %d is not %d", version, knownVersion)
	}
	k := &Known{model: wire.String[string](c), vectors: map[textKey][]float32{}}
	keys, numbers := wire.Numbers[uint8](c), wire.Numbers[float32](c)
	size := len(textKey{})
	n := len(keys) / size
	if c.Err() == nil && (n == 0 || n*size != len(keys) || len(numbers)%n != 0 || !units(numbers, n)) {
		c.Fail("%d numbers for %d bytes of texts", len(numbers), len(keys))
	}
	if err := c.End(); err != nil {
		return nil, fmt.Errorf("recommend: decode vectors: %w", err)
	}
	d := len(numbers) / n
	for i := range n {
		k.vectors[textKey(keys[i*size:(i+1)*size])] = numbers[i*d : (i+1)*d : (i+1)*d]
	}
	return k, nil
}

// units reports whether the n vectors in numbers are of unit length.
func units(numbers []float32, n int) bool {
	d := len(numbers) / n
	for i := range n {
		v := numbers[i*d : (i+1)*d]
		if !(math.Abs(dot(v, v)-1) < 1e-3) {
			return false
		}
	}
	return true
}
