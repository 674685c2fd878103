package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIngestMeasuresEachSize(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"ingest", "-dir", t.TempDir(), "-events", "500,1500", "-batch", "100"}, &out))
	dec := json.NewDecoder(&out)
	for _, n := range []int{500, 1500} {
		var result struct {
			Events    int
			Customers int
			Append    int     `json:"append_per_second"`
			Folded    int     `json:"end_to_end_per_second"`
			Beside    int     `json:"side_by_side_per_second"`
			P50       float64 `json:"read_p50_us"`
			P99       float64 `json:"read_p99_us"`
			Peak      int     `json:"peak_mb"`
		}
		require.NoError(t, dec.Decode(&result))
		require.Equal(t, n, result.Events)
		require.Equal(t, n/10, result.Customers)
		require.Positive(t, min(result.Append, result.Folded, result.Beside, result.Peak))
		require.Greater(t, result.P99, result.P50)
	}
}

func TestIngestRefusesWhatItCannotMeasure(t *testing.T) {
	for _, args := range [][]string{{"-events", "many"}, {"-events", "0"}, {"-batch", "0"}, {"-engine", "paper"}, {"-engine", "postgres", "-postgres", ""}, {"-engine"}} {
		require.Error(t, run(t.Context(), append([]string{"ingest"}, args...), &bytes.Buffer{}), args)
	}
}

func TestTheEngineIsTakenOutOfTheArguments(t *testing.T) {
	for _, c := range []struct {
		args, rest []string
		engine     string
	}{
		{[]string{"-seed", "1"}, []string{"-seed", "1"}, "sqlite"},
		{[]string{"-engine", "postgres", "-seed", "1"}, []string{"-seed", "1"}, "postgres"},
		{[]string{"-seed", "1", "--engine=nats", "-x"}, []string{"-seed", "1", "-x"}, "nats"},
		{[]string{"engine", "x"}, []string{"engine", "x"}, "sqlite"},
	} {
		engine, rest := engineOf(c.args)
		require.Equal(t, c.engine, engine)
		require.Equal(t, c.rest, rest)
	}
}
