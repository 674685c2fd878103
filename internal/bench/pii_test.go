package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// piiRows returns the open sentences of Presidio's evaluator, or skips the test.
func piiRows(t *testing.T) string {
	t.Helper()
	data := os.Getenv("CLMKIT_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(data, "presidio_pii", "pii_open.jsonl.gz")
	if _, err := os.Stat(file); err != nil {
		t.Skip("the sentences are not there, set CLMKIT_DATA to the data folder: " + file)
	}
	return file
}

// benchPII runs the task and returns its results by method, part and entity.
func benchPII(t *testing.T, args ...string) map[string]map[string]any {
	t.Helper()
	results := map[string]map[string]any{}
	require.NoError(t, runPII(t.Context(), args, func(r map[string]any) error {
		if _, isError := r["error"]; !isError {
			results[fmt.Sprintf("%s/%s/%s", r["method"], r["part"], r["entity"])] = r
		}
		return nil
	}))
	return results
}

func TestPIIOnPresidioSentences(t *testing.T) {
	results := benchPII(t, "-data", piiRows(t))
	for _, part := range []string{"development", "checking", "all"} {
		ours := results["pii.Scanner/"+part+"/TOTAL in scope"]
		assert.GreaterOrEqual(t, ours["f2"], 0.9, part)
		assert.GreaterOrEqual(t, ours["f2_strict"], 0.88, part)
		assert.GreaterOrEqual(t, ours["precision"], 0.97, part)
		assert.Less(t, results["e-mail and card expressions/"+part+"/TOTAL in scope"]["f2"], 0.2, part)
		assert.Less(t, results["every number and capitalised word/"+part+"/TOTAL in scope"]["f2"], 0.85, part)
	}
	for _, entity := range []string{"EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "US_SSN", "DOMAIN_NAME"} {
		assert.GreaterOrEqual(t, results["pii.Scanner/all/"+entity]["recall"], 0.99, entity)
	}
	assert.Equal(t, false, results["pii.Scanner/all/PERSON"]["in_scope"])
}

// TestPIIControl shows that the measure can be bad.
func TestPIIControl(t *testing.T) {
	results := benchPII(t, "-data", piiRows(t), "-control", "shuffle")
	ours := results["pii.Scanner/all/TOTAL in scope"]
	require.Equal(t, "shuffle", ours["control"])
	require.Less(t, ours["f2"], 0.1)
}

// TestPIICounts pins what is counted, on one sentence: a town in an address is not wrong but strictly wrong, and what
// was marked and not found is missed.
func TestPIICounts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rows.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(`{"id":"1","text":"Señor, write to ana@example.com, 5 Elm Street, Reno. Ring Bob on 12345","masked":"a","spans":[`+
		`{"type":"EMAIL_ADDRESS","start":16,"end":31,"value":"ana@example.com"},{"type":"STREET_ADDRESS","start":33,"end":45,"value":"5 Elm Street"},`+
		`{"type":"GPE","start":47,"end":51,"value":"Reno"},{"type":"PERSON","start":58,"end":61,"value":"Bob"},{"type":"PHONE_NUMBER","start":65,"end":70,"value":"12345"}]}`+"\n"), 0o600))
	results := benchPII(t, "-data", file)
	total := results["pii.Scanner/all/TOTAL in scope"]
	require.Equal(t, 7, total["gold_tokens"]) // three of the e-mail, three of the street, one of the telephone
	require.InDelta(t, 6.0/7, total["recall"], 1e-9)
	require.InDelta(t, 1.0, total["precision"], 1e-9)
	require.InDelta(t, 6.0/7, total["precision_strict"], 1e-9)
	require.InDelta(t, 1.0/3, total["exact_recall"], 1e-9)
	require.InDelta(t, 1.0, results["pii.Scanner/all/EMAIL_ADDRESS"]["f2"], 1e-9)
	require.InDelta(t, 0.0, results["pii.Scanner/all/PHONE_NUMBER"]["recall"], 1e-9)
	require.Equal(t, false, results["pii.Scanner/all/GPE"]["in_scope"])
}

func TestPIIRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	for _, c := range []struct{ name, args, problem string }{
		{"no file", "", "-data is missing"},
		{"a file that is not there", "-data " + filepath.Join(dir, "gone"), "no such file"},
		{"an empty file", "-data " + write("empty", ""), "holds no rows"},
		{"a broken row", "-data " + write("broken", "{"), "row 1"},
		{"a broken archive", "-data " + write("gz", "\x1f\x8bnot gzip"), "gz"},
		{"a span outside the text", "-data " + write("outside", `{"text":"a","spans":[{"type":"X","start":0,"end":9}]}`), "span 0 is out of the text"},
		{"a span with another value", "-data " + write("other", `{"text":"ab","spans":[{"type":"X","start":0,"end":1,"value":"b"}]}`), "does not hold its value"},
		{"an unknown control", "-data F -control cheat", "not shuffle"},
		{"a stray argument", "-data F stray", "unexpected argument"},
		{"an unknown flag", "-x", "not defined"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := runPII(t.Context(), strings.Fields(c.args), func(map[string]any) error { return nil })
			require.ErrorContains(t, err, c.problem)
		})
	}
}
