package tokenizer

import (
	"container/heap"
	"errors"
	"fmt"
	"unicode/utf8"
)

// bpe joins the characters of a word, the pair that was learnt first before the others (Sennrich, Haddow and Birch 2016).
type bpe struct {
	ids          map[string]int
	merges       map[[2]int]joined
	unknown      int
	ignoreMerges bool
}

type joined struct{ rank, id int }

func newBPE(t *Tokenizer, s *modelSpec) (*bpe, error) {
	if s.Prefix != nil && *s.Prefix != "" || s.Suffix != nil && *s.Suffix != "" {
		return nil, errors.New("continuing_subword_prefix and end_of_word_suffix are not supported")
	}
	if s.ByteFallback || s.FuseUnknown {
		return nil, errors.New("byte_fallback and fuse_unk are not supported")
	}
	if err := t.readVocab(s); err != nil {
		return nil, err
	}
	unknown, err := t.unknownID(s)
	if err != nil {
		return nil, err
	}
	b := &bpe{ids: t.copyIDs(), merges: make(map[[2]int]joined, len(s.Merges)), unknown: unknown, ignoreMerges: s.IgnoreMerges}
	return b, b.learn(s.Merges)
}

func (b *bpe) learn(merges []merge) error {
	for rank, m := range merges {
		left, ok1 := b.ids[m[0]]
		right, ok2 := b.ids[m[1]]
		id, ok3 := b.ids[m[0]+m[1]]
		if !ok1 || !ok2 || !ok3 {
			return fmt.Errorf("merge %d: its tokens are not in the vocab", rank)
		}
		if _, ok := b.merges[[2]int{left, right}]; !ok {
			b.merges[[2]int{left, right}] = joined{rank, id}
		}
	}
	return nil
}

// symbol is a part of the word, in a list of which joined parts drop out.
type symbol struct{ id, prev, next int }

// pair is two neighbours that may be joined; it is void when one of them has changed since.
type pair struct {
	at          int
	left, right int
	joined
}

type pairs []pair

func (p pairs) Len() int      { return len(p) }
func (p pairs) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *pairs) Push(x any)   { *p = append(*p, x.(pair)) }
func (p pairs) Less(i, j int) bool {
	return p[i].rank < p[j].rank || p[i].rank == p[j].rank && p[i].at < p[j].at
}

func (p *pairs) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

// encode takes O(n log n) for a word of n characters.
func (b *bpe) encode(ids []int, word string) []int {
	if id, ok := b.ids[word]; ok && b.ignoreMerges {
		return append(ids, id)
	}
	symbols := b.symbols(word)
	var queue pairs
	for i := range symbols {
		b.push(&queue, symbols, i)
	}
	for len(queue) > 0 {
		p := heap.Pop(&queue).(pair)
		s := &symbols[p.at]
		if s.id != p.left || s.next >= len(symbols) || symbols[s.next].id != p.right {
			continue
		}
		b.join(&queue, symbols, p)
	}
	for i := 0; i < len(symbols); i = symbols[i].next {
		ids = append(ids, symbols[i].id)
	}
	return ids
}

// symbols are the characters of the word; unknown ones have the unknown id, or are left out where there is none.
func (b *bpe) symbols(word string) []symbol {
	symbols := make([]symbol, 0, utf8.RuneCountInString(word))
	for i, r := range word {
		id, ok := b.ids[word[i:i+utf8.RuneLen(r)]]
		if !ok {
			if id = b.unknown; id < 0 {
				continue
			}
		}
		symbols = append(symbols, symbol{id: id, prev: len(symbols) - 1, next: len(symbols) + 1})
	}
	return symbols
}

func (b *bpe) push(queue *pairs, symbols []symbol, at int) {
	if at < 0 || symbols[at].next >= len(symbols) {
		return
	}
	left, right := symbols[at].id, symbols[symbols[at].next].id
	if j, ok := b.merges[[2]int{left, right}]; ok {
		heap.Push(queue, pair{at, left, right, j})
	}
}

func (b *bpe) join(queue *pairs, symbols []symbol, p pair) {
	gone := symbols[p.at].next
	symbols[p.at].id, symbols[p.at].next = p.id, symbols[gone].next
	symbols[gone].id = -1
	if next := symbols[p.at].next; next < len(symbols) {
		symbols[next].prev = p.at
	}
	b.push(queue, symbols, symbols[p.at].prev)
	b.push(queue, symbols, p.at)
}

// measure finds out how many bytes of a text each token stands for, when the tokens of a text are its bytes.
func (t *Tokenizer) measure(f *file) {
	b, ok := t.model.(*bpe)
	p := f.PreTokenizer
	if !ok || f.Normalizer != nil || p == nil || p.Type != "ByteLevel" || p.AddPrefix {
		return
	}
	for _, r := range byteRunes {
		if _, ok := b.ids[string(r)]; !ok {
			return
		}
	}
	t.lengths = make([]int, t.size)
	for token, id := range b.ids {
		t.lengths[id] = utf8.RuneCountInString(token)
	}
	for _, a := range t.words {
		t.lengths[a.ID] = len(a.Content)
	}
}

// Ends is where each token of Encode ends in the text, in bytes. Only byte-level tokenizers that neither change a text nor
// put anything before it know it; of others ok is false.
func (t *Tokenizer) Ends(ids []int) (ends []int, ok bool) {
	if t.lengths == nil {
		return nil, false
	}
	ends = make([]int, len(ids))
	end := 0
	for i, id := range ids {
		end += t.lengths[id]
		ends[i] = end
	}
	return ends, true
}
