// Package tokenizer reads tokenizer.json, the file in which Hugging Face keeps a model's tokenizer, and turns texts into
// ids as that library does: WordPiece (BERT and its kin), byte-level BPE (GPT-2, RoBERTa) and Unigram (XLM-RoBERTa, e5).
//
// What a file asks for and this package does not do is an error of Parse, never another result. On one point it differs on
// purpose: a special token such as [SEP] that stands in a text is text. What a customer writes cannot end the query, nor
// mark a mask.
package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A Tokenizer turns texts into ids. It is safe for concurrent use.
type Tokenizer struct {
	normal  normalizer
	split   splitter
	model   model
	words   []addedToken // that stand for themselves in any text
	single  template
	pair    template
	ids     map[string]int
	lengths []int // of the tokens in bytes of the text, where they are known
	size    int
}

// model turns one word into ids, appended to ids. The word is what the splitter made of a text.
type model interface {
	encode(ids []int, word string) []int
}

type addedToken struct {
	ID         int    `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

type file struct {
	AddedTokens   []addedToken    `json:"added_tokens"`
	Normalizer    *normalizerSpec `json:"normalizer"`
	PreTokenizer  *splitterSpec   `json:"pre_tokenizer"`
	PostProcessor *processorSpec  `json:"post_processor"`
	Model         json.RawMessage `json:"model"`
}

// Parse reads a tokenizer.json.
func Parse(data []byte) (*Tokenizer, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	if len(f.Model) == 0 || string(f.Model) == "null" {
		return nil, errors.New("no model in it")
	}
	t := &Tokenizer{ids: map[string]int{}}
	for _, step := range []func(*file) error{t.setNormalizer, t.setSplitter, t.setModel, t.setAdded, t.setTemplates} {
		if err := step(&f); err != nil {
			return nil, err
		}
	}
	t.measure(&f)
	return t, nil
}

func (t *Tokenizer) setNormalizer(f *file) (err error) {
	t.normal, err = f.Normalizer.compile()
	return err
}

func (t *Tokenizer) setSplitter(f *file) (err error) {
	t.split, err = f.PreTokenizer.compile()
	return err
}

func (t *Tokenizer) setAdded(f *file) error {
	for _, a := range f.AddedTokens {
		if a.ID < 0 || a.Content == "" {
			return fmt.Errorf("added token %d: no content or a negative id", a.ID)
		}
		t.know(a.Content, a.ID)
		if a.Special {
			continue
		}
		if a.SingleWord || a.LStrip || a.RStrip {
			return fmt.Errorf("added token %d: single_word, lstrip and rstrip are not supported", a.ID)
		}
		if a.Normalized {
			a.Content = t.normal(a.Content)
		}
		if a.Content != "" {
			t.words = append(t.words, a)
		}
	}
	return nil
}

func (t *Tokenizer) know(token string, id int) {
	t.ids[token] = id
	t.size = max(t.size, id+1)
}

// Size is one more than the highest id.
func (t *Tokenizer) Size() int { return t.size }

// ID is the id of a token as it stands in the file.
func (t *Tokenizer) ID(token string) (int, bool) {
	id, ok := t.ids[token]
	return id, ok
}

// Encode turns a text into ids, without special tokens around them.
func (t *Tokenizer) Encode(text string) []int {
	var ids []int
	for _, p := range t.cut(strings.ToValidUTF8(text, "\uFFFD"), false) {
		if p.id >= 0 {
			ids = append(ids, p.id)
			continue
		}
		for _, q := range t.cut(t.normal(p.text), true) {
			ids = t.encodePlain(ids, q)
		}
	}
	return ids
}

func (t *Tokenizer) encodePlain(ids []int, p piece) []int {
	if p.id >= 0 {
		return append(ids, p.id)
	}
	for _, word := range t.split(p.text) {
		ids = t.model.encode(ids, word)
	}
	return ids
}

// A piece of a text is an added token, or text between them with id -1.
type piece struct {
	text string
	id   int
}

// cut separates the added tokens of a text, those of normalised text or those of text as it came, from the rest. At one
// place the longest counts.
func (t *Tokenizer) cut(text string, normalized bool) []piece {
	var pieces []piece
	start := 0
	for at := 0; at < len(text); {
		a := t.addedAt(text[at:], normalized)
		if a == nil {
			at++
			continue
		}
		if at > start {
			pieces = append(pieces, piece{text[start:at], -1})
		}
		pieces = append(pieces, piece{a.Content, a.ID})
		at += len(a.Content)
		start = at
	}
	if start < len(text) {
		pieces = append(pieces, piece{text[start:], -1})
	}
	return pieces
}

func (t *Tokenizer) addedAt(text string, normalized bool) (longest *addedToken) {
	for i := range t.words {
		a := &t.words[i]
		if a.Normalized == normalized && strings.HasPrefix(text, a.Content) && (longest == nil || len(a.Content) > len(longest.Content)) {
			longest = a
		}
	}
	return longest
}
