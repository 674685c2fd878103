package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lists runs the task on a small log.
func lists(t *testing.T, args ...string) (map[string]any, error) {
	t.Helper()
	var result map[string]any
	args = append([]string{"-interactions", "10000", "-customers", "300", "-items", "3000", "-lists", "30"}, args...)
	err := runLists(t.Context(), args, func(v map[string]any) error {
		result = v
		return nil
	})
	return result, err
}

func TestListsAreTimed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model")
	fitted, err := lists(t, "-model", file, "-ranker=false", "-cpuprofile", filepath.Join(t.TempDir(), "profile"))
	require.NoError(t, err)
	assert.Equal(t, 30, fitted["full"], "every list has ten items")
	for _, key := range []string{"fit_s", "fit_cpu_s", "list_p50_us", "list_p99_us", "lists_per_cpu_s", "peak_mb", "ndcg_new"} {
		assert.NotZero(t, fitted[key], key)
	}
	loaded, err := lists(t, "-model", file, "-ranker=false")
	require.NoError(t, err)
	assert.NotContains(t, loaded, "fit_s")
	assert.NotZero(t, loaded["load_s"])
	assert.Equal(t, fitted["ndcg_new"], loaded["ndcg_new"])
	_, err = lists(t, "-model", file)
	require.ErrorContains(t, err, "a model of another log")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, data[:len(data)-9], 0o600))
	_, err = lists(t, "-model", file, "-ranker=false")
	require.ErrorContains(t, err, "not the bytes of a model")
}

func TestWhatListsRefuses(t *testing.T) {
	for _, args := range [][]string{{"-lists", "0"}, {"-items", "-1"}, {"more"}, {"-cpuprofile", filepath.Join(t.TempDir(), "none", "p")}} {
		_, err := lists(t, args...)
		assert.ErrorContains(t, err, "lists: ", args)
	}
}
