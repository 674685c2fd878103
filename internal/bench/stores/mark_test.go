package stores

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMarksAreCounted(t *testing.T) {
	text := []byte("canary-000001-x canary-00001 canary-000012 kanary-000001 canary-")
	require.Equal(t, 1, marksIn(text, "canary-", 12))
	require.Equal(t, 2, marksIn(text, "canary-", 13))
}
