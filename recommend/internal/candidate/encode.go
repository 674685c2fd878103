package candidate

import (
	"fmt"

	"github.com/clmkit/clmkit/recommend/internal/wire"
)

// sourceVersion is the first byte of an encoded source. What it means never
// changes; another layout gets another number.
const sourceVersion = 1

// The second byte says which source it is.
const (
	tagItemKNN = iota
	tagSparse
	tagTogether
	tagNext
	tagEASE
	tagALS
	tagViewed
	tagAlike
	tagRepeat
	tagRhythm
	tagPopularity
	tagTrending
	tagLooks
	tagArrivals
	tagLately
)

// Append appends a source. Of those that cost no more than a pass over the past
// only the options are appended. It fails for [Content], and what is made with
// it: vectors of texts are made of the catalogue.
func Append(b []byte, s Source) ([]byte, error) {
	f := &fields{b: append(b, sourceVersion)}
	if !f.learned(s) && !f.counted(s) {
		return nil, fmt.Errorf("recommend: a source of type %T is not written down", s)
	}
	return f.b, nil
}

func (f *fields) tag(tag byte) *fields {
	f.b = append(f.b, tag)
	return f
}

// learned appends a source that took long to learn.
func (f *fields) learned(s Source) bool {
	switch s := s.(type) {
	case *ItemKNN:
		s.o.each(f.tag(tagItemKNN))
		f.linear(&s.linear)
	case *Sparse:
		s.o.each(f.tag(tagSparse))
		f.linear(&s.linear)
	case *Together:
		s.o.each(f.tag(tagTogether))
		f.linear(&s.linear)
	case *Viewed:
		s.knn.o.each(f.tag(tagViewed))
		f.linear(&s.knn.linear)
	case *Next:
		s.o.each(f.tag(tagNext))
		f.b = s.targets.append(f.b)
	case *EASE:
		s.o.each(f.tag(tagEASE))
		f.duration(&s.halfLife)
		f.b = wire.AppendNumbers(wire.AppendNumbers(f.b, s.items), s.b)
	case *ALS:
		s.o.each(f.tag(tagALS))
		f.b = wire.AppendNumbers(f.b, s.items.values)
	default:
		return false
	}
	return true
}

// counted appends the options of a source that is quickly counted again.
func (f *fields) counted(s Source) bool {
	switch s := s.(type) {
	case *Alike:
		s.o.each(f.tag(tagAlike))
	case *Lately:
		s.alike.o.each(f.tag(tagLately))
	case *Repeat:
		f.tag(tagRepeat).duration(&s.halfLife)
	case *Rhythm:
		s.o.each(f.tag(tagRhythm))
	case *Popularity:
		s.o.each(f.tag(tagPopularity))
	case *Trending:
		s.o.each(f.tag(tagTrending))
	case *Looks:
		s.o.each(f.tag(tagLooks))
	case *Arrivals:
		s.o.each(f.tag(tagArrivals))
	default:
		return false
	}
	return true
}

func (f *fields) linear(l *linear) {
	f.duration(&l.halfLife)
	f.b = l.targets.append(f.b)
}

func (l *lists) append(b []byte) []byte {
	items, scores := make([]int32, len(l.All)), make([]float32, len(l.All))
	for i, n := range l.All {
		items[i], scores[i] = n.item, n.score
	}
	for i := range l.Ends {
		b = wire.AppendUint(b, uint64(len(l.Of(int32(i)))))
	}
	return wire.AppendNumbers(wire.AppendNumbers(b, items), scores)
}
