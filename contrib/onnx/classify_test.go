package onnx

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tiny"
	"github.com/clmkit/clmkit/llm"
)

func labelled(n int) tiny.Shape {
	s := small()
	s.Labels = n
	return s
}

func classifier(t testing.TB, dir string, o *ClassifierOptions) *Classifier {
	c, err := NewClassifier(dir, o)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// patch changes config.json.
func patch(t testing.TB, dir string, change map[string]any) {
	var config map[string]any
	require.NoError(t, readJSON(filepath.Join(dir, "config.json"), &config))
	for key, v := range change {
		config[key] = v
	}
	require.NoError(t, tiny.WriteJSON(filepath.Join(dir, "config.json"), config))
}

func TestClassesHaveTheScoresOfTheForwardPassInPlainGo(t *testing.T) {
	for name, c := range map[string]struct {
		labels int
		config map[string]any
		o      *ClassifierOptions
		of     Activation
	}{
		"one of many":         {3, nil, nil, Softmax},
		"any of many":         {3, map[string]any{"problem_type": "multi_label_classification"}, nil, Sigmoid},
		"yes or no":           {1, nil, nil, Sigmoid},
		"regression":          {1, map[string]any{"problem_type": "regression"}, nil, Identity},
		"as the caller says":  {3, nil, &ClassifierOptions{Activation: Identity}, Identity},
		"without class names": {2, map[string]any{"id2label": nil}, nil, Softmax},
	} {
		t.Run(name, func(t *testing.T) {
			dir, model := bert(t, labelled(c.labels))
			patch(t, dir, c.config)
			k := classifier(t, dir, c.o)
			got, err := k.Classify(t.Context(), sentences())
			require.NoError(t, err)
			require.Len(t, got.Scores, len(sentences()))
			for i, text := range sentences() {
				in := k.n.single(text)
				logits := model.Logits(in.IDs, in.Types)
				want := c.of.of(floats(logits))
				for rank, score := range got.Scores[i] {
					class := indexOf(k.Labels(), score.Label)
					assert.InDelta(t, want[class], score.Value, 1e-4, "%q %s", text, score.Label)
					if rank > 0 {
						assert.LessOrEqual(t, score.Value, got.Scores[i][rank-1].Value)
					}
				}
			}
		})
	}
}

func floats(values []float64) []float32 {
	out := make([]float32, len(values))
	for i, v := range values {
		out[i] = float32(v)
	}
	return out
}

func indexOf(all []string, s string) int {
	for i, x := range all {
		if x == s {
			return i
		}
	}
	return -1
}

func TestSoftmaxSumsToOneAndDoesNotOverflow(t *testing.T) {
	got := Softmax.of([]float32{1e4, 1e4, -1e4})
	assert.InDeltaSlice(t, []float64{0.5, 0.5, 0}, got, 1e-12)
	assert.InDeltaSlice(t, []float64{0.5, 1, 0}, Sigmoid.of([]float32{0, 1e4, -1e4}), 1e-12)
}

func TestEqualScoresKeepTheOrderOfTheClasses(t *testing.T) {
	c := &Classifier{labels: []string{"a", "b", "c"}}
	assert.Equal(t, []Score{{"b", 2}, {"a", 1}, {"c", 1}}, c.ranked([]float64{1, 2, 1}))
}

func TestNoTextsHaveNoScores(t *testing.T) {
	dir, _ := bert(t, labelled(2))
	got, err := classifier(t, dir, nil).Classify(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, got.Scores)
	assert.Equal(t, llm.Usage{}, got.Usage)
}
