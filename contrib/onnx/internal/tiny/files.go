package tiny

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
)

// WriteBert writes the folder of an encoder, or with labels of a classifier, and returns the model. The tokenizer knows
// ASCII's letters, digits and signs, and a few words.
func WriteBert(dir string, s Shape) (*Bert, error) {
	vocab := wordPieces()
	b := newBert(s, len(vocab))
	config := map[string]any{
		"model_type": "bert", "vocab_size": len(vocab), "hidden_size": s.Width, "max_position_embeddings": s.Positions, "pad_token_id": 0,
	}
	if s.Labels > 0 {
		labels := map[string]string{}
		for i := range s.Labels {
			labels[strconv.Itoa(i)] = "LABEL_" + strconv.Itoa(i)
		}
		config["id2label"] = labels
	}
	model, data := b.export()
	if err := write(dir, model, wordPieceFile(vocab), config); err != nil || data == nil {
		return b, err
	}
	return b, os.WriteFile(filepath.Join(dir, dataFile), data, 0o644)
}

// WriteGPT writes the folder of a causal language model, and returns the model. The tokenizer is byte-level BPE with a few
// merges; its last token is <|endoftext|>.
func WriteGPT(dir string, s Shape) (*GPT, error) {
	vocab, merges := bytePairs()
	m := newGPT(s, len(vocab))
	end := len(vocab) - 1
	config := map[string]any{
		"model_type": "gpt2", "vocab_size": len(vocab), "n_embd": s.Width, "n_positions": s.Positions, "n_ctx": s.Positions,
		"bos_token_id": end, "eos_token_id": end,
	}
	return m, write(dir, m.export(), bytePairFile(vocab, merges), config)
}

func write(dir string, model []byte, tokenizer, config any) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "model.onnx"), model, 0o644); err != nil {
		return err
	}
	if err := WriteJSON(filepath.Join(dir, "tokenizer.json"), tokenizer); err != nil {
		return err
	}
	return WriteJSON(filepath.Join(dir, "config.json"), config)
}

// WriteJSON writes v to a file.
func WriteJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

func wordPieces() []string {
	tokens := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
	for c := '!'; c <= '~'; c++ {
		if c >= 'A' && c <= 'Z' {
			continue
		}
		tokens = append(tokens, string(c), "##"+string(c))
	}
	return append(tokens, "the", "where", "is", "my", "parcel", "refund", "##s", "##ing")
}

func wordPieceFile(vocab []string) any {
	special := func(id string, kind int) any {
		return map[string]any{"SpecialToken": map[string]any{"id": id, "type_id": kind}}
	}
	text := func(id string, kind int) any {
		return map[string]any{"Sequence": map[string]any{"id": id, "type_id": kind}}
	}
	return map[string]any{
		"version":       "1.0",
		"added_tokens":  specials(vocab[:5], 0),
		"normalizer":    map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": true},
		"pre_tokenizer": map[string]any{"type": "BertPreTokenizer"},
		"post_processor": map[string]any{
			"type":   "TemplateProcessing",
			"single": []any{special("[CLS]", 0), text("A", 0), special("[SEP]", 0)},
			"pair":   []any{special("[CLS]", 0), text("A", 0), special("[SEP]", 0), text("B", 1), special("[SEP]", 1)},
			"special_tokens": map[string]any{
				"[CLS]": map[string]any{"id": "[CLS]", "ids": []int{2}, "tokens": []string{"[CLS]"}},
				"[SEP]": map[string]any{"id": "[SEP]", "ids": []int{3}, "tokens": []string{"[SEP]"}},
			},
		},
		"model": map[string]any{
			"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": numbered(vocab),
		},
	}
}

func specials(tokens []string, first int) (list []any) {
	for i, token := range tokens {
		list = append(list, map[string]any{
			"id": first + i, "content": token, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true,
		})
	}
	return list
}

func numbered(tokens []string) map[string]int {
	ids := map[string]int{}
	for _, token := range tokens {
		if _, ok := ids[token]; !ok {
			ids[token] = len(ids)
		}
	}
	return ids
}

// bytePairs are the 256 bytes as GPT-2 writes them, the tokens that merges make of them, and <|endoftext|>.
func bytePairs() (vocab []string, merges []string) {
	next := rune(256)
	for b := range rune(256) {
		if b >= '!' && b <= '~' || b >= 0xA1 && b != 0xAD {
			vocab = append(vocab, string(b))
		} else {
			vocab = append(vocab, string(next))
			next++
		}
	}
	for _, pair := range [][2]string{{"Ġ", "t"}, {"h", "e"}, {"Ġt", "he"}, {"Ġ", "a"}, {"e", "d"}, {"r", "ed"}, {"i", "n"}, {"in", "g"}, {"Ġ", "red"}} {
		merges = append(merges, pair[0]+" "+pair[1])
		vocab = append(vocab, pair[0]+pair[1])
	}
	return append(vocab, "<|endoftext|>"), merges
}

func bytePairFile(vocab, merges []string) any {
	return map[string]any{
		"version":        "1.0",
		"added_tokens":   specials(vocab[len(vocab)-1:], len(vocab)-1),
		"normalizer":     nil,
		"pre_tokenizer":  map[string]any{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
		"post_processor": map[string]any{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false},
		"model": map[string]any{
			"type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false,
			"vocab": numbered(vocab), "merges": merges,
		},
	}
}
