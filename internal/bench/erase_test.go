package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

type erased struct {
	Killed    int
	Half      int `json:"half_erased"`
	During    int `json:"canaries_during"`
	Left      int `json:"canaries_left"`
	Kept      int `json:"kept_customers"`
	KeptMarks int `json:"kept_marks_found"`
}

func playErase(t *testing.T, args ...string) erased {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), append([]string{"erase", "-dir", t.TempDir(), "-customers", "10"}, args...), &out))
	var result erased
	require.NoError(t, json.Unmarshal(out.Bytes(), &result))
	return result
}

func TestNothingIsLeftOfErasedCustomers(t *testing.T) {
	got := playErase(t)
	require.Positive(t, got.KeptMarks, "marks are found where there are some")
	require.Equal(t, erased{Killed: 10, Kept: 10, KeptMarks: got.KeptMarks}, got)
}

func TestPlainDeletionIsSeenToLeaveTraces(t *testing.T) {
	require.Positive(t, playErase(t, "-control", "plain").Left)
}
