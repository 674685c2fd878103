package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// unigram takes the cut of a word whose tokens are likeliest together (Kudo 2018).
type unigram struct {
	tokens  map[string]scored
	unknown int
	least   float64 // log-likelihood of what is not in the vocabulary
	longest int     // token, in bytes
	byteIDs []int   // of <0x00> to <0xFF>; nil: the unknown token stands for what is not in the vocabulary
}

type scored struct {
	id    int
	score float64
}

func newUnigram(t *Tokenizer, s *modelSpec) (*unigram, error) {
	var vocab []scoredToken
	if err := json.Unmarshal(s.Vocab, &vocab); err != nil {
		return nil, fmt.Errorf("vocab: %w", err)
	}
	if s.UnknownID == nil || *s.UnknownID < 0 || *s.UnknownID >= len(vocab) {
		return nil, errors.New("it has no unk_id, or one that is not in its vocab")
	}
	u := &unigram{tokens: make(map[string]scored, len(vocab)), unknown: *s.UnknownID, least: math.Inf(1)}
	for id, token := range vocab {
		t.know(token.text, id)
		u.tokens[token.text] = scored{id, token.score}
		u.least = min(u.least, token.score)
		u.longest = max(u.longest, len(token.text))
	}
	u.least -= 10 // kUnkPenalty of SentencePiece
	if s.ByteFallback {
		u.byteIDs = byteTokens(t.ids)
	}
	return u, nil
}

// scoredToken is ["▁the", -3.2].
type scoredToken struct {
	text  string
	score float64
}

func (s *scoredToken) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&s.text, &s.score})
}

// byteTokens are the ids of the tokens for single bytes; nil unless there is one for each byte.
func byteTokens(ids map[string]int) []int {
	all := make([]int, 256)
	for b := range all {
		id, ok := ids[fmt.Sprintf("<0x%02X>", b)]
		if !ok {
			return nil
		}
		all[b] = id
	}
	return all
}

// best is the likeliest way to a place in the word: the token that ends there, and where it starts.
type best struct {
	score float64
	start int
	id    int
}

func (u *unigram) encode(ids []int, word string) []int {
	ways := u.ways(word)
	var starts []int
	for end := len(word); end > 0; end = ways[end].start {
		starts = append(starts, end)
	}
	from, unknown := 0, false
	for i := len(starts) - 1; i >= 0; i-- {
		way := ways[starts[i]]
		part := word[from:starts[i]]
		from = starts[i]
		ids = u.add(ids, way.id, part, unknown)
		unknown = way.id == u.unknown
	}
	return ids
}

// add appends a token; neighbours that are not in the vocabulary are one unknown token.
func (u *unigram) add(ids []int, id int, part string, afterUnknown bool) []int {
	switch {
	case id != u.unknown:
		return append(ids, id)
	case u.byteIDs != nil:
		for i := range len(part) {
			ids = append(ids, u.byteIDs[part[i]])
		}
		return ids
	case afterUnknown:
		return ids
	}
	return append(ids, id)
}

// ways is Viterbi's algorithm over the places between characters.
func (u *unigram) ways(word string) []best {
	ways := make([]best, len(word)+1)
	for i := range ways {
		ways[i].start = -1
	}
	for start := 0; start < len(word); {
		_, first := utf8.DecodeRuneInString(word[start:])
		known := u.step(ways, word, start, first)
		if !known {
			relax(ways, start, start+first, scored{u.unknown, u.least})
		}
		start += first
	}
	return ways
}

// step tries each token that starts here, and reports whether one of them is the first character alone.
func (u *unigram) step(ways []best, word string, start, first int) (known bool) {
	for end := start + first; end <= min(len(word), start+u.longest); {
		if token, ok := u.tokens[word[start:end]]; ok {
			relax(ways, start, end, token)
			known = known || end == start+first
		}
		_, n := utf8.DecodeRuneInString(word[end:])
		end += max(n, 1)
	}
	return known
}

func relax(ways []best, start, end int, token scored) {
	if score := ways[start].score + token.score; ways[end].start < 0 || score > ways[end].score {
		ways[end] = best{score, start, token.id}
	}
}
