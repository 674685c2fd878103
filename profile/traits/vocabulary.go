package traits

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/text"
)

// A vocabulary is what the host's catalogue and labels are called: its terms are phrases whose words are stems.
type vocabulary struct {
	language text.Language
	terms    phrases
	starts   map[string]bool // the first bytes of the terms' first stems
	wider    map[string][]string
	telling  map[string]float64 // how much an act on an item of the label says, in [0, 1]
	labels   map[string]bool
	brands   map[string]bool
}

func newVocabulary(c *clm.Catalogue, o *LexicalOptions) *vocabulary {
	v := &vocabulary{
		language: text.Language(o.Language), terms: phrases{}, starts: map[string]bool{},
		wider: map[string][]string{}, telling: map[string]float64{}, labels: map[string]bool{}, brands: map[string]bool{},
	}
	for item := range c.All {
		for _, label := range item.Categories {
			v.label(label)
		}
		if item.Brand != "" && !v.brands[item.Brand] {
			v.brands[item.Brand] = true
			v.term(brand, item.Brand, item.Brand)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(o.Labels)) {
		v.label(label)
		for _, name := range o.Labels[label] {
			v.term(interest, label, name)
		}
	}
	v.widen(c)
	v.heads(c)
	return v
}

func (v *vocabulary) label(label string) {
	if !v.labels[label] {
		v.labels[label] = true
		v.term(interest, label, label)
	}
}

// term files a name of a label or a brand.
func (v *vocabulary) term(c class, value, name string) {
	var stems []string
	for _, w := range cut(name) {
		stems = append(stems, v.stem(w.plain))
	}
	if len(stems) > 0 {
		v.terms.add(&phrase{words: stems, class: c, value: value, in: everyTongue})
		v.starts[start(stems[0])] = true
	}
}

func (v *vocabulary) stem(plain string) string { return v.language.Stem(plain) }

// start is the part of a word that stemming leaves alone, and by which most words are told not to begin a term.
func start(plain string) string { return plain[:min(3, len(plain))] }

// A label is told together with the wider labels under which nearly all of its items stand.
const underShare = 0.9

// widen finds the wider labels of each label, and how much an act says about it: the less, the more of the catalogue has
// the label, and nothing where all of it has. The square root is our judgement between no correction and that of chance.
func (v *vocabulary) widen(c *clm.Catalogue) {
	items, under := map[string]int{}, map[[2]string]int{}
	for item := range c.All {
		for i, label := range item.Categories {
			items[label]++
			for _, wide := range item.Categories[:i] {
				under[[2]string{label, wide}]++
			}
		}
	}
	for _, pair := range slices.SortedFunc(maps.Keys(under), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	}) {
		if pair[0] != pair[1] && float64(under[pair]) >= underShare*float64(items[pair[0]]) {
			v.wider[pair[0]] = append(v.wider[pair[0]], pair[1])
		}
	}
	for label, n := range items {
		v.telling[label] = 1 - math.Sqrt(float64(n)/float64(c.Len()))
	}
}

// The head of a title ("mug" in "Blue stoneware mug") names a category where at least headItems items have it and
// headShare of them are in the category. Our judgement.
const (
	headItems = 3
	headShare = 0.8
)

// heads files the heads of titles as names of the narrowest category that they stand for.
func (v *vocabulary) heads(c *clm.Catalogue) {
	count := map[string]map[string]int{}
	for item := range c.All {
		head := v.head(item.Title)
		if head == "" || len(item.Categories) == 0 {
			continue
		}
		if count[head] == nil {
			count[head] = map[string]int{}
		}
		count[head][item.Categories[len(item.Categories)-1]]++
	}
	for _, head := range slices.Sorted(maps.Keys(count)) {
		if label := most(count[head]); label != "" && !v.known(head) {
			v.terms.add(&phrase{words: []string{head}, class: interest, value: label, in: everyTongue})
			v.starts[start(head)] = true
		}
	}
}

func (v *vocabulary) known(head string) bool {
	return slices.ContainsFunc(v.terms[head], func(p *phrase) bool { return len(p.words) == 1 })
}

// head is the stem of the noun of a title: the first word in languages that put what describes it after, else the last.
func (v *vocabulary) head(title string) string {
	words := cut(title)
	if len(words) == 0 {
		return ""
	}
	w := words[len(words)-1].plain
	if tag, _ := tongueOf(string(v.language)[:min(2, len(v.language))]); tag&romance != 0 {
		w = words[0].plain
	}
	if len(w) < 3 || w[0] >= '0' && w[0] <= '9' {
		return ""
	}
	return v.stem(w)
}

// romance are the bits of French, Spanish, Italian and Portuguese.
const romance tongues = 1<<2 | 1<<3 | 1<<4 | 1<<6

// most returns the label that holds the head's share, or "".
func most(count map[string]int) string {
	sum, best := 0, ""
	for _, label := range slices.Sorted(maps.Keys(count)) {
		sum += count[label]
		if best == "" || count[label] > count[best] {
			best = label
		}
	}
	if sum < headItems || float64(count[best]) < headShare*float64(sum) {
		return ""
	}
	return best
}

// find returns the longest term that begins at a word, with those of the same length, and where it ends.
func (v *vocabulary) find(words []word, i int) (found []*phrase, end int) {
	if !v.starts[start(words[i].plain)] {
		return nil, 0
	}
	for _, p := range v.terms[v.stem(words[i].plain)] {
		if len(found) > 0 && len(p.words) < len(found[0].words) {
			break
		}
		if v.matches(p.words, words, i) {
			found, end = append(found, p), i+len(p.words)
		}
	}
	return found, end
}

func (v *vocabulary) matches(stems []string, words []word, i int) bool {
	if i+len(stems) > len(words) {
		return false
	}
	for n := 1; n < len(stems); n++ {
		if v.stem(words[i+n].plain) != stems[n] {
			return false
		}
	}
	return true
}
