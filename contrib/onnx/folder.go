package onnx

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
)

// folder is what lies in a model's folder, read and summed up.
type folder struct {
	dir    string
	graph  string // path of the graph
	data   []byte // of the graph
	tokens *tokenizer.Tokenizer
	config config
	sum    hash.Hash
}

// config is config.json as transformers writes it, as far as it matters here.
type config struct {
	ModelType    string            `json:"model_type"`
	VocabSize    int               `json:"vocab_size"`
	Positions    int               `json:"max_position_embeddings"`
	GPTPositions int               `json:"n_positions"`
	Pad          *int              `json:"pad_token_id"`
	Start        *int              `json:"bos_token_id"`
	Labels       map[string]string `json:"id2label"`
	Problem      string            `json:"problem_type"`
}

// openFolder reads the files that every model has: the graph, tokenizer.json and config.json.
func openFolder(dir string, o *Options) (*folder, error) {
	f := &folder{dir: dir, sum: sha256.New()}
	if err := f.readGraph(o.File); err != nil {
		return nil, err
	}
	if err := f.readJSON("config.json", &f.config); err != nil {
		return nil, err
	}
	if err := f.readTokenizer(); err != nil {
		return nil, err
	}
	return f, nil
}

// readGraph takes the file that was asked for, or the first that is there of the two places where exports put it.
func (f *folder) readGraph(file string) error {
	places := []string{"model.onnx", filepath.Join("onnx", "model.onnx")}
	if file != "" {
		places = []string{file}
	}
	var err error
	for _, place := range places {
		f.graph = filepath.Join(f.dir, place)
		if f.data, err = os.ReadFile(f.graph); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("onnx: graph of the model: %w", err)
	}
	f.count("graph", f.data)
	return nil
}

// count takes a part of the model into its name.
func (f *folder) count(name string, data []byte) {
	fmt.Fprintf(f.sum, "%s %d\n", name, len(data))
	f.sum.Write(data)
}

func (f *folder) readJSON(name string, v any) error {
	data, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("onnx: %s: %w", filepath.Join(f.dir, name), err)
	}
	f.count(name, data)
	return nil
}

// readOptional is readJSON, but a file that is not there leaves v as it is.
func (f *folder) readOptional(name string, v any) (there bool, err error) {
	err = f.readJSON(name, v)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (f *folder) readTokenizer() error {
	path := filepath.Join(f.dir, "tokenizer.json")
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("onnx: %w", err)
	}
	f.count("tokenizer.json", data)
	if f.tokens, err = tokenizer.Parse(data); err != nil {
		return fmt.Errorf("onnx: %s: %w", path, err)
	}
	if n := f.config.VocabSize; n > 0 && f.tokens.Size() > n {
		return fmt.Errorf("onnx: %s: ids up to %d, but config.json says that the model knows %d tokens", path, f.tokens.Size()-1, n)
	}
	return nil
}

// limit is how many tokens a text may have: the least of what the files and the caller say; 512 when nobody says anything.
func (f *folder) limit(asked int) (int, error) {
	var bert struct {
		MaxTokens int `json:"max_seq_length"`
	}
	var tokens struct {
		MaxTokens float64 `json:"model_max_length"` // 1e30 for "as many as you like"
	}
	if _, err := f.readOptional("sentence_bert_config.json", &bert); err != nil {
		return 0, err
	}
	if _, err := f.readOptional("tokenizer_config.json", &tokens); err != nil {
		return 0, err
	}
	model := f.config.positions()
	if model > 0 && asked > model {
		return 0, fmt.Errorf("onnx: %s: MaxTokens %d, but the model has %d positions", f.dir, asked, model)
	}
	if asked > 0 {
		return asked, nil
	}
	limit := 0
	for _, n := range []int{bert.MaxTokens, int(min(tokens.MaxTokens, 1<<30)), model} {
		if n > 0 && (limit == 0 || n < limit) {
			limit = n
		}
	}
	if limit == 0 || limit == 1<<30 {
		return 512, nil
	}
	return limit, nil
}

// positions is how many tokens the model has positions for; 0 when config.json does not say. Models of RoBERTa's kind count
// from behind the padding id.
func (c *config) positions() int {
	n := max(c.Positions, c.GPTPositions)
	if n > 0 && c.Pad != nil && slices.Contains([]string{"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet"}, c.ModelType) {
		n -= *c.Pad + 1
	}
	return n
}

// labels are the names of the classes in the order of their numbers.
func (c *config) labels() ([]string, error) {
	names := make([]string, len(c.Labels))
	for number, name := range c.Labels {
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= len(names) {
			return nil, fmt.Errorf("id2label has no number %q", number)
		}
		names[i] = name
	}
	return names, nil
}

// name is the folder's name and the first 12 digits of the hash of everything that makes the model's numbers, settings
// included.
func (f *folder) name(settings ...any) string {
	f.count("settings", fmt.Append(nil, settings...))
	path, err := filepath.Abs(f.dir)
	if err != nil {
		path = f.dir
	}
	return filepath.Base(path) + "@" + hex.EncodeToString(f.sum.Sum(nil))[:12]
}
