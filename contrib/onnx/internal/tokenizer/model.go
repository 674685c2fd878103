package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

type modelSpec struct {
	Type         string          `json:"type"`
	Vocab        json.RawMessage `json:"vocab"`
	Merges       []merge         `json:"merges"`
	Unknown      *string         `json:"unk_token"`
	UnknownID    *int            `json:"unk_id"`
	Prefix       *string         `json:"continuing_subword_prefix"`
	Suffix       *string         `json:"end_of_word_suffix"`
	MaxChars     int             `json:"max_input_chars_per_word"`
	FuseUnknown  bool            `json:"fuse_unk"`
	ByteFallback bool            `json:"byte_fallback"`
	IgnoreMerges bool            `json:"ignore_merges"`
}

// merge is a pair of tokens that become one: an array, or in older files a string with a blank.
type merge [2]string

func (m *merge) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		var pair []string
		if err := json.Unmarshal(data, &pair); err != nil || len(pair) != 2 {
			return errors.New("a merge is neither a string nor a pair")
		}
		*m = merge(pair)
		return nil
	}
	var ok bool
	if m[0], m[1], ok = strings.Cut(s, " "); !ok {
		return errors.New("a merge without a blank")
	}
	return nil
}

func (t *Tokenizer) setModel(f *file) error {
	var s modelSpec
	if err := json.Unmarshal(f.Model, &s); err != nil {
		return err
	}
	var err error
	switch s.kind() {
	case "WordPiece":
		t.model, err = newWordPiece(t, &s)
	case "BPE":
		t.model, err = newBPE(t, &s)
	case "Unigram":
		t.model, err = newUnigram(t, &s)
	default:
		return fmt.Errorf("model %q is not supported", s.Type)
	}
	if err != nil {
		return fmt.Errorf("model %s: %w", s.kind(), err)
	}
	return nil
}

// kind is the type of the model; old files do not tell it.
func (s *modelSpec) kind() string {
	switch {
	case s.Type != "":
		return s.Type
	case s.Merges != nil:
		return "BPE"
	case s.MaxChars > 0:
		return "WordPiece"
	}
	return ""
}

// readVocab reads a vocabulary of ids by token.
func (t *Tokenizer) readVocab(s *modelSpec) error {
	var vocab map[string]int
	if err := json.Unmarshal(s.Vocab, &vocab); err != nil {
		return fmt.Errorf("vocab: %w", err)
	}
	for token, id := range vocab {
		if id < 0 {
			return errors.New("vocab: a negative id")
		}
		t.know(token, id)
	}
	return nil
}

// unknownID is the id for what is not in the vocabulary; -1 when the file names none.
func (t *Tokenizer) unknownID(s *modelSpec) (int, error) {
	if s.Unknown == nil || *s.Unknown == "" {
		return -1, nil
	}
	id, ok := t.ids[*s.Unknown]
	if !ok {
		return 0, errors.New("its unk_token is not in its vocab")
	}
	return id, nil
}

// wordPiece takes the longest token that a word begins with, then the longest that continues it.
type wordPiece struct {
	ids      map[string]int
	prefix   string
	unknown  int
	maxChars int
}

func newWordPiece(t *Tokenizer, s *modelSpec) (*wordPiece, error) {
	if err := t.readVocab(s); err != nil {
		return nil, err
	}
	unknown, err := t.unknownID(s)
	if err != nil {
		return nil, err
	}
	if unknown < 0 {
		return nil, errors.New("it has no unk_token")
	}
	w := &wordPiece{ids: t.copyIDs(), prefix: "##", unknown: unknown, maxChars: s.MaxChars}
	if s.Prefix != nil {
		w.prefix = *s.Prefix
	}
	if w.maxChars == 0 {
		w.maxChars = 100
	}
	return w, nil
}

// copyIDs is the vocabulary of the model itself, before the added tokens join it.
func (t *Tokenizer) copyIDs() map[string]int {
	ids := make(map[string]int, len(t.ids))
	for token, id := range t.ids {
		ids[token] = id
	}
	return ids
}

func (w *wordPiece) encode(ids []int, word string) []int {
	if utf8.RuneCountInString(word) > w.maxChars {
		return append(ids, w.unknown)
	}
	found := len(ids)
	for start := 0; start < len(word); {
		id, n := w.longest(word[start:], start > 0)
		if n == 0 {
			return append(ids[:found], w.unknown)
		}
		ids = append(ids, id)
		start += n
	}
	return ids
}

func (w *wordPiece) longest(rest string, inside bool) (id, n int) {
	prefix := ""
	if inside {
		prefix = w.prefix
	}
	for n := len(rest); n > 0; {
		if id, ok := w.ids[prefix+rest[:n]]; ok {
			return id, n
		}
		_, last := utf8.DecodeLastRuneInString(rest[:n])
		n -= last
	}
	return 0, 0
}
