package filter

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsPrintedIsReadAsTheSame(t *testing.T) {
	d := newDice(2)
	for range expressions(t, 100_000) {
		e := d.expr(d.IntN(5), false)
		text := e.String()
		read, err := Parse(text)
		require.NoError(t, err, text)
		if !e.Equal(read) {
			require.Equal(t, e, read, text)
			require.Fail(t, "read as another one", text)
		}
		require.Equal(t, text, read.String())
	}
}
