package progress_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/clmkit/clmkit/internal/progress"
	"github.com/stretchr/testify/require"
)

func work(m *progress.Meter) {
	m.Start("reading", 100)
	m.Set(50)
	m.Start("counting", 0)
	m.Add(3)
	track := m.Track("writing")
	track(1, 2)
	track(2, 2)
	m.Done()
	m.Done()
}

func TestNothingIsShownWhereNobodyLooks(t *testing.T) {
	var piped bytes.Buffer
	work(progress.New(&piped))
	require.Empty(t, piped.String())
	path := filepath.Join(t.TempDir(), "out")
	file, err := os.Create(path)
	require.NoError(t, err)
	work(progress.New(file))
	require.NoError(t, file.Close())
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, written)
	work(nil)
}
