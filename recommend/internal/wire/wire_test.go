package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWhatWasWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64().Draw(t, "number")
		text := rapid.String().Draw(t, "text")
		texts := append([]string{}, rapid.SliceOf(rapid.String()).Draw(t, "texts")...)
		floats := append([]float32{}, rapid.SliceOf(rapid.Float32Range(-1e9, 1e9)).Draw(t, "floats")...)
		bytes := append([]uint8{}, rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")...)
		var b []byte
		b = AppendUint(b, n)
		b = AppendString(b, text)
		b = AppendStrings(b, texts)
		b = AppendNumbers(b, floats)
		b = AppendNumbers(b, bytes)
		b = AppendNumber(b, int64(-5))
		c := NewCursor(b)
		require.Equal(t, n, c.Uint())
		require.Equal(t, text, String[string](c))
		require.Equal(t, texts, Strings[string](c))
		require.Equal(t, floats, Numbers[float32](c))
		require.Equal(t, bytes, Numbers[uint8](c))
		require.Equal(t, int64(-5), One[int64](c))
		require.NoError(t, c.End())
		cut := NewCursor(b[:len(b)-1])
		cut.Uint()
		String[string](cut)
		Strings[string](cut)
		Numbers[float32](cut)
		Numbers[uint8](cut)
		require.Zero(t, One[int64](cut))
		require.ErrorIs(t, cut.End(), ErrCorrupt)
	})
}

func TestNoRoomIsMadeForWhatIsNotThere(t *testing.T) {
	huge := AppendUint(nil, 1<<40)
	for name, read := range map[string]func(*Cursor) int{
		"numbers": func(c *Cursor) int { return cap(Numbers[int64](c)) },
		"texts":   func(c *Cursor) int { return cap(Strings[string](c)) },
		"text":    func(c *Cursor) int { return len(String[string](c)) },
	} {
		t.Run(name, func(t *testing.T) {
			c := NewCursor(append([]byte{}, huge...))
			assert.Zero(t, read(c))
			assert.ErrorIs(t, c.Err(), ErrCorrupt)
		})
	}
}

func TestBytesBehindTheEndAreAnError(t *testing.T) {
	c := NewCursor([]byte{1, 2})
	assert.Equal(t, uint64(1), c.Uint())
	assert.ErrorContains(t, c.End(), "1 bytes behind the end")
}
