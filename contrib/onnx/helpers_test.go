package onnx

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tiny"
)

// modules writes what sentence-transformers keeps beside a transformer.
func modules(t testing.TB, dir string, pooling map[string]any) {
	require.NoError(t, tiny.WriteJSON(filepath.Join(dir, "modules.json"), []map[string]any{
		{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
		{"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
		{"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
	}))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "1_Pooling"), 0o755))
	require.NoError(t, tiny.WriteJSON(filepath.Join(dir, "1_Pooling", "config.json"), pooling))
}

func readJSON(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}
