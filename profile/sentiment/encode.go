package sentiment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
)

// ErrFormat is wrapped by the error for bytes that are no stored model, or one
// of a version that this package cannot serve.
var ErrFormat = errors.New("not a model of this version")

// formatVersion is the version of the stored form, and of what features mean: a
// model is never served with features other than those of its training.
const formatVersion = 2

const magic = "clm-sentiment\n"

// MarshalBinary returns the model as bytes for [Load], about 16 for each feature
// with two labels. They hold hashes of words, and no word. The error is nil.
func (l *Linear) MarshalBinary() ([]byte, error) {
	b := []byte(magic)
	b = binary.LittleEndian.AppendUint32(b, formatVersion)
	for _, n := range []int{l.examples, len(l.labels), l.space.grams.shortest, l.space.grams.longest, len(l.space.features)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	b = binary.LittleEndian.AppendUint64(b, l.lexicon.print)
	for _, label := range l.labels {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(label)))
		b = append(b, label...)
	}
	for _, line := range l.lines {
		for _, x := range []float64{line.Intercept, line.Shift, line.Slope} {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
	}
	for _, f := range l.space.features {
		b = binary.LittleEndian.AppendUint64(b, uint64(f))
	}
	for _, x := range slices.Concat(l.space.idf, l.weights) {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

// Load reads a model that MarshalBinary wrote. It scores texts as that one did,
// to the bit. The error wraps [ErrFormat] where the bytes are of another
// version, or not whole.
func Load(data []byte) (*Linear, error) {
	if len(data) < len(magic)+8 || string(data[:len(magic)]) != magic {
		return nil, fmt.Errorf("sentiment: load: no stored model: %w", ErrFormat)
	}
	body, check := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	c := cursor{rest: body[len(magic):]}
	if v := c.uint32(); v != formatVersion {
		return nil, fmt.Errorf("sentiment: load: version %d, this is %d: %w", v, formatVersion, ErrFormat)
	}
	if crc32.ChecksumIEEE(body) != check {
		return nil, fmt.Errorf("sentiment: load: the checksum is wrong: %w", ErrFormat)
	}
	l := c.model()
	if c.short || len(c.rest) > 0 || !l.whole() {
		return nil, fmt.Errorf("sentiment: load: the model is not whole: %w", ErrFormat)
	}
	l.space.index()
	return l, nil
}

// A cursor reads numbers from bytes. After the end it reads zeros, and is short.
type cursor struct {
	rest  []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.rest) {
		c.rest, c.short = nil, true
		return nil
	}
	taken := c.rest[:n]
	c.rest = c.rest[n:]
	return taken
}

func (c *cursor) uint32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) uint64() uint64 {
	if b := c.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// count reads a number of things of a size; more than what is left would hold is
// none.
func (c *cursor) count(size int) int {
	n := int64(c.uint32())
	if n*int64(size) > int64(len(c.rest)) {
		c.rest, c.short = nil, true
		return 0
	}
	return int(n)
}

func (c *cursor) float64() float64 { return math.Float64frombits(c.uint64()) }

func (c *cursor) floats(n int) []float32 {
	b := c.take(4 * n)
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}

func (c *cursor) model() *Linear {
	l := &Linear{space: &space{}, examples: int(c.uint32())}
	labels := c.count(4)
	l.space.grams = grams{int(c.uint32()), int(c.uint32())}
	features := c.count(12)
	if l.lexicon = NewLexicon(); c.uint64() != l.lexicon.print {
		c.short = true // it was trained with another lexicon
		return l
	}
	for range labels {
		l.labels = append(l.labels, string(c.take(int(c.uint32()))))
	}
	if l.classes = labels; labels == 2 {
		l.classes = 1
	}
	for range l.classes {
		l.lines = append(l.lines, line{c.float64(), c.float64(), c.float64()})
	}
	if features > len(c.rest)/8 {
		c.short = true
		return l
	}
	for range features {
		l.space.features = append(l.space.features, feature(c.uint64()))
	}
	l.space.idf = c.floats(features)
	l.weights = c.floats(l.space.width() * l.classes)
	return l
}

// whole reports whether what was read makes sense: no number that is none, and
// everything in its order.
func (l *Linear) whole() bool {
	for _, line := range l.lines {
		for _, x := range []float64{line.Intercept, line.Shift, line.Slope} {
			if !(math.Abs(x) < 1e9) {
				return false
			}
		}
	}
	for _, x := range slices.Concat(l.space.idf, l.weights) {
		if !(math.Abs(float64(x)) < 1e9) {
			return false
		}
	}
	g := l.space.grams
	return len(l.labels) >= 2 && slices.IsSorted(l.labels) && (g == grams{} || g == grams{shortestGram, longestGram}) &&
		slices.IsSorted(l.space.features) && len(l.space.idf) == len(l.space.features)
}
