package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// vectorLines runs the task and returns what it prints, by method and state and filter.
func vectorLines(t *testing.T, args ...string) map[string]map[string]any {
	t.Helper()
	lines := map[string]map[string]any{}
	err := runVectors(t.Context(), args, func(line map[string]any) error {
		method, _ := line["method"].(string)
		state, _ := line["state"].(string)
		filter, _ := line["filter"].(string)
		lines[method+"|"+state+"|"+filter] = line
		return nil
	})
	require.NoError(t, err)
	return lines
}

func TestVectorsComparesWhatIsFound(t *testing.T) {
	lines := vectorLines(t, "-n", "4000", "-d", "16", "-queries", "20", "-enough", "1ms", "-peers=false")
	for _, c := range []struct {
		line  string
		least float64
	}{
		{"plain loop||none", 1}, {"vector.Memory||none", 1}, {"vector.Memory||1 %", 1}, {"vector.Memory||33 %", 1},
		{"vector.Memory.SearchAll||none", 1}, {"vector.Graph||none", 0.95}, {"vector.Graph||1 %", 1},
		{"vector.Graph|saved and loaded|none", 0.95}, {"vector.Graph|20 % deleted, then 20 % moved|none", 0.95},
		{"vector.Graph|20 % deleted, then 20 % moved|1 %", 1},
	} {
		require.Contains(t, lines, c.line)
		assert.GreaterOrEqual(t, lines[c.line]["recall@10"], c.least, c.line)
		assert.Equal(t, 10.0, lines[c.line]["rows"], c.line)
		assert.Positive(t, lines[c.line]["queries_per_cpu_second"], c.line)
	}
	assert.Less(t, lines["vector.Graph|control: 2 links, width 1|none"]["recall@10"], 0.9, "what is missed is seen")
}

func TestVectorsReadsTheFileThatItIsGiven(t *testing.T) {
	file := filepath.Join(t.TempDir(), "base.fvecs")
	made := &vectorsTask{n: 1000, d: 6, queries: 7, kind: "isotropic", seed: 3}
	vectors, err := made.vectors()
	require.NoError(t, err)
	require.NoError(t, writeVectors(file, vectors))
	lines := vectorLines(t, "-n", "1000", "-in", file, "-enough", "1ms", "-peers=false")
	require.Equal(t, 6, lines["||"]["d"])
	require.Equal(t, 7, lines["||"]["queries"])
	read, err := readVectors(file, 1000, 5)
	require.NoError(t, err)
	require.Equal(t, vectors[:1005], read)
	_, err = readVectors(file, 2000, 5)
	require.ErrorContains(t, err, "vector 1008: EOF")
}

func TestAJudgeOfVectorsCountsEachRecordOnceAndOnlyWhatPasses(t *testing.T) {
	task := &vectorsTask{k: 2, base: make([][]float32, 200), asked: [][]float32{{1, 0}}, truth: map[string]*truth{}}
	for i := range task.base {
		task.base[i] = []float32{1, float32(i)}
	}
	for _, c := range []struct {
		name   string
		filter string
		found  []int
		recall float64
		rows   float64
	}{
		{"the nearest", everyRecord, []int{1, 0}, 1, 2},
		{"one of them twice", everyRecord, []int{1, 1}, 0.5, 1},
		{"others", everyRecord, []int{100, 101}, 0, 2},
		{"the nearest that pass", onePercent, []int{37, 137}, 1, 2},
		{"nearer ones that do not pass", onePercent, []int{0, 37}, 0.5, 2},
		{"none", onePercent, nil, 0, 0},
	} {
		var m measured
		require.NoError(t, task.judge(c.filter, [][]int{c.found}, &m))
		assert.Equal(t, c.recall, m.recall, c.name)
		assert.Equal(t, c.rows, m.rows, c.name)
	}
}

func TestVectorsRefusesWhatItCannotDo(t *testing.T) {
	for _, args := range [][]string{{"-n", "5"}, {"-data", "spheres"}, {"-k", "0"}, {"more"}} {
		_, err := parseVectors(args)
		require.Error(t, err, "%v", args)
	}
}
