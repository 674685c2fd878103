package interaction

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatAVocabularySharesIsMadeOnce(t *testing.T) {
	type key struct{ n int }
	v, made := new(Vocabulary), 0
	count := func() (int, error) {
		made++
		return made, nil
	}
	_, err := Share(v, key{1}, func() (int, error) { return 0, errors.New("failed") })
	require.Error(t, err)
	for range 3 {
		n, err := Share(v, key{1}, count)
		require.NoError(t, err)
		assert.Equal(t, 1, n, "the error was not kept, the value was")
	}
	n, err := Share(v, key{2}, count)
	require.NoError(t, err)
	assert.Equal(t, 2, n)
	n, err = Share(new(Vocabulary), key{1}, count)
	require.NoError(t, err)
	assert.Equal(t, 3, n, "of another vocabulary")
}
