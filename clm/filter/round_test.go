package filter

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsPrintedIsReadAsTheSame(t *testing.T) {
	d := newDice(2)
	for range expressions(t, 100_000) {
		e := d.expr(d.IntN(4), false)
		text := e.String()
		read, err := Parse(text)
		if err != nil || !e.Equal(read) || read.String() != text {
			require.NoError(t, err, text)
			require.Equal(t, text, read.String())
			require.Fail(t, "read as another one", text)
		}
	}
}
