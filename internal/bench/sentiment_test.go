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

// openPart returns a file of the data folder, or skips the test.
func openPart(t *testing.T, set, file string) string {
	t.Helper()
	data := os.Getenv("CLMKIT_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(data, set, file)
	if _, err := os.Stat(path); err != nil {
		t.Skip(set + " is not there, set CLMKIT_DATA to the data folder: " + path)
	}
	return path
}

// benchSentiment runs the task and returns its results by method.
func benchSentiment(t *testing.T, args ...string) map[string]map[string]any {
	t.Helper()
	results := map[string]map[string]any{}
	require.NoError(t, runSentiment(t.Context(), args, func(r map[string]any) error {
		results[r["method"].(string)] = r
		return nil
	}))
	return results
}

func TestSentimentOfSentences(t *testing.T) {
	file := openPart(t, "uci_sentiment_sentences", "sentences_open.jsonl.gz")
	r := benchSentiment(t, "-train", file, "-text", "text", "-label", "label")
	require.Len(t, r, 3)
	assert.GreaterOrEqual(t, r["linear"]["accuracy"], 0.84)
	assert.Greater(t, r["linear"]["auc"], r["lexicon"]["auc"])
	assert.Greater(t, r["lexicon"]["accuracy"], r["majority"]["accuracy"])
	for method, line := range r {
		assert.Equal(t, 986, line["n"], method)
	}
}

func TestEmotionsOfReviews(t *testing.T) {
	file := openPart(t, "prdect_id", "reviews_open.jsonl.gz")
	r := benchSentiment(t, "-train", file, "-text", "text", "-label", "emotion")
	assert.GreaterOrEqual(t, r["linear"]["accuracy"], 0.65)
	assert.Greater(t, r["linear"]["macro_f1"], r["lexicon"]["macro_f1"])
	assert.Greater(t, r["lexicon"]["accuracy"], r["majority"]["accuracy"])
	spoilt := benchSentiment(t, "-train", file, "-text", "text", "-label", "emotion", "-control", "shuffle")
	assert.Less(t, spoilt["linear"]["accuracy"], 0.35, "the most frequent one is 0.316")
}

// ratedFile writes reviews whose words tell the rating.
func ratedFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "{\"text\":\"number %d is %s\",\"stars\":%d}\n", i, []string{"wobbly", "sturdy"}[i%2], i%2)
	}
	file := filepath.Join(t.TempDir(), "rated.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
	return file
}

func TestSentimentOnAFileOfItsOwn(t *testing.T) {
	file := ratedFile(t)
	r := benchSentiment(t, "-train", file, "-test", file, "-text", "text", "-label", "stars")
	assert.Equal(t, 1.0, r["linear"]["accuracy"])
	assert.Equal(t, 1, r["linear"]["splits"])
	assert.Equal(t, 0.5, r["majority"]["accuracy"])
}

func TestSentimentOfShuffledLabelsIsChance(t *testing.T) {
	r := benchSentiment(t, "-train", ratedFile(t), "-text", "text", "-label", "stars", "-control", "shuffle")
	assert.InDelta(t, 0.5, r["linear"]["accuracy"], 0.2)
}

func TestSentimentSaysWhatIsMissing(t *testing.T) {
	file := ratedFile(t)
	for want, args := range map[string][]string{
		"-train is missing":      {"-text", "text", "-label", "stars"},
		"-text is missing":       {"-train", file, "-label", "stars"},
		"-label is missing":      {"-train", file, "-text", "text"},
		`column "body"`:          {"-train", file, "-text", "body", "-label", "stars"},
		`column "rating"`:        {"-train", file, "-text", "text", "-label", "rating"},
		"no such file":           {"-train", file + ".gone", "-text", "text", "-label", "stars"},
		"is not shuffle":         {"-train", file, "-text", "text", "-label", "stars", "-control", "x"},
		"unexpected argument":    {"-train", file, "-text", "text", "-label", "stars", "more"},
		"not choose, words or g": {"-train", file, "-text", "text", "-label", "stars", "-features", "x"},
	} {
		err := runSentiment(t.Context(), args, nil)
		require.ErrorContains(t, err, want)
	}
}

func TestSentimentTowardsTerms(t *testing.T) {
	train := openPart(t, "mams_absa", "mams_atsa_train.jsonl.gz")
	test := openPart(t, "mams_absa", "mams_atsa_val.jsonl.gz")
	r := benchSentiment(t, "-aspects", "-train", train, "-test", test, "-features", "words")
	require.Len(t, r, 4)
	for _, baseline := range []string{"majority", "sentence", "lexicon"} {
		assert.Greater(t, r["linear"]["accuracy"], r[baseline]["accuracy"], baseline)
	}
	assert.Greater(t, r["linear"]["accuracy"], 0.7)
}

func TestTermsHaveToBeWhereTheyAreSaidToBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "terms.jsonl")
	row := `{"text":"é soup","aspects":[{"term":"soup","from":3,"to":7,"polarity":"neutral"}]}`
	require.NoError(t, os.WriteFile(file, []byte(row), 0o600))
	err := runSentiment(t.Context(), []string{"-aspects", "-train", file}, nil)
	require.ErrorContains(t, err, `term "soup" is not at 3 to 7`)
}
