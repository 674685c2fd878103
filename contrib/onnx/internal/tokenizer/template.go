package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// template is what a text, or a pair of texts, becomes: special tokens and the texts between them.
type template []slot

// slot is a special token, or the place of a text: 0 of the first, 1 of the second; -1 for a token.
type slot struct {
	text int
	id   int
	kind int // of the tokens: token_type_ids
}

type processorSpec struct {
	Type       string                 `json:"type"`
	Processors []*processorSpec       `json:"processors"`
	Sep        namedID                `json:"sep"`
	Cls        namedID                `json:"cls"`
	Single     []slotSpec             `json:"single"`
	Pair       []slotSpec             `json:"pair"`
	Special    map[string]specialSpec `json:"special_tokens"`
}

// namedID is ["[SEP]", 102].
type namedID struct {
	id  int
	set bool
}

func (n *namedID) UnmarshalJSON(data []byte) error {
	var name string
	if err := json.Unmarshal(data, &[]any{&name, &n.id}); err != nil {
		return err
	}
	n.set = true
	return nil
}

type specialSpec struct {
	IDs []int `json:"ids"`
}

type slotSpec struct {
	Special  *slotPart `json:"SpecialToken"`
	Sequence *slotPart `json:"Sequence"`
}

type slotPart struct {
	ID   string `json:"id"`
	Type int    `json:"type_id"`
}

func (t *Tokenizer) setTemplates(f *file) error {
	t.single = template{{text: 0}}
	t.pair = template{{text: 0}, {text: 1, kind: 1}}
	if f.PostProcessor == nil {
		return nil
	}
	return f.PostProcessor.set(t)
}

func (s *processorSpec) set(t *Tokenizer) error {
	switch s.Type {
	case "Sequence":
		for _, p := range s.Processors {
			if err := p.set(t); err != nil {
				return err
			}
		}
		return nil
	case "ByteLevel": // about offsets only
		return nil
	case "BertProcessing", "RobertaProcessing":
		return s.setFixed(t)
	case "TemplateProcessing":
		return s.setTemplate(t)
	}
	return fmt.Errorf("post-processor %q is not supported", s.Type)
}

func (s *processorSpec) setFixed(t *Tokenizer) error {
	if !s.Sep.set || !s.Cls.set {
		return fmt.Errorf("post-processor %s without sep or cls", s.Type)
	}
	cls, sep := slot{text: -1, id: s.Cls.id}, slot{text: -1, id: s.Sep.id}
	t.single = template{cls, {text: 0}, sep}
	if s.Type == "RobertaProcessing" {
		t.pair = template{cls, {text: 0}, sep, sep, {text: 1}, sep}
	} else {
		t.pair = template{cls, {text: 0}, sep, {text: 1, kind: 1}, {text: -1, id: s.Sep.id, kind: 1}}
	}
	return t.checkTemplates()
}

func (s *processorSpec) setTemplate(t *Tokenizer) (err error) {
	if t.single, err = s.template(s.Single, 1); err != nil {
		return err
	}
	if t.pair, err = s.template(s.Pair, 2); err != nil {
		return err
	}
	return t.checkTemplates()
}

func (s *processorSpec) template(specs []slotSpec, texts int) (template, error) {
	var slots template
	seen := map[string]int{}
	for _, spec := range specs {
		switch {
		case spec.Sequence != nil:
			seen[spec.Sequence.ID]++
			slots = append(slots, slot{text: strings.Index("AB", spec.Sequence.ID), kind: spec.Sequence.Type})
		case spec.Special != nil:
			for _, id := range s.Special[spec.Special.ID].IDs {
				slots = append(slots, slot{text: -1, id: id, kind: spec.Special.Type})
			}
		}
	}
	if len(specs) == 0 && texts == 2 { // a model for single texts only
		return nil, nil
	}
	if len(seen) != texts || seen["A"] != 1 || texts == 2 && seen["B"] != 1 {
		return nil, errors.New("post-processor TemplateProcessing: the template does not hold each text once")
	}
	return slots, nil
}

// checkTemplates takes the ids of templates into account, which a broken file may have made up.
func (t *Tokenizer) checkTemplates() error {
	for _, slots := range []template{t.single, t.pair} {
		for _, s := range slots {
			if s.text < 0 && (s.id < 0 || s.id >= t.size) {
				return fmt.Errorf("post-processor: id %d is none of the vocab", s.id)
			}
			if s.kind < 0 || s.kind > 1 {
				return fmt.Errorf("post-processor: token type %d", s.kind)
			}
		}
	}
	return nil
}

// Input is a text, or a pair of texts, as a model reads it.
type Input struct {
	IDs   []int // of the tokens
	Types []int // 0 in the first text, 1 in the second, where the tokenizer tells them apart
	Cut   bool  // tokens at the end of a text were left out
}

// Single puts the special tokens around one encoded text, and leaves out what is beyond limit tokens in all.
func (t *Tokenizer) Single(ids []int, limit int) Input {
	return t.single.fill(limit, ids)
}

// Pair puts the special tokens around two encoded texts; of the longer one is left out first what is beyond limit tokens
// in all. ErrSingle when the tokenizer has no form for pairs.
func (t *Tokenizer) Pair(a, b []int, limit int) (Input, error) {
	if t.pair == nil {
		return Input{}, ErrSingle
	}
	return t.pair.fill(limit, a, b), nil
}

// ErrSingle says that a tokenizer is for single texts only.
var ErrSingle = errors.New("the tokenizer has no form for pairs of texts")

// Specials is how many special tokens stand around one text, or around a pair.
func (t *Tokenizer) Specials(pair bool) int {
	if pair {
		return t.pair.specials()
	}
	return t.single.specials()
}

func (t template) specials() (n int) {
	for _, s := range t {
		if s.text < 0 {
			n++
		}
	}
	return n
}

func (t template) fill(limit int, texts ...[]int) Input {
	room := max(0, limit-t.specials())
	var in Input
	texts, in.Cut = shorten(room, texts)
	for _, s := range t {
		ids := []int{s.id}
		if s.text >= 0 {
			ids = texts[s.text]
		}
		for _, id := range ids {
			in.IDs = append(in.IDs, id)
			in.Types = append(in.Types, s.kind)
		}
	}
	return in
}

// shorten is "longest_first" of the Hugging Face library: the shorter text stays whole while it takes at most half.
func shorten(room int, texts [][]int) ([][]int, bool) {
	if len(texts) == 1 {
		return [][]int{texts[0][:min(room, len(texts[0]))]}, len(texts[0]) > room
	}
	a, b := len(texts[0]), len(texts[1])
	if a+b <= room {
		return texts, false
	}
	short, long := min(a, b), 0
	if long = room - short; long < short {
		short, long = room/2, room-room/2
	}
	if a > b {
		return [][]int{texts[0][:long], texts[1][:short]}, true
	}
	return [][]int{texts[0][:short], texts[1][:long]}, true
}
