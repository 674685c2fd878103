package candidate

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/internal/wire"
)

// Decode reads what [Append] wrote of a source that was learned from that past,
// or from one with the same bytes. Its scores are those of that source, bit for
// bit. It keeps nothing of the bytes. The error wraps [wire.ErrCorrupt], or is
// that of ctx.
func Decode(ctx context.Context, b []byte, p *interaction.Past) (Source, error) {
	c := wire.NewCursor(b)
	if version := wire.One[uint8](c); version != sourceVersion {
		c.Fail("version %d is not %d", version, sourceVersion)
	}
	s, err := read(ctx, c, p)
	if corrupt := c.End(); corrupt != nil {
		err = corrupt
	}
	if err != nil {
		return nil, fmt.Errorf("recommend: decode source: %w", err)
	}
	return s, nil
}

func read(ctx context.Context, c *wire.Cursor, p *interaction.Past) (Source, error) {
	f := &fields{c: c}
	switch tag := wire.One[uint8](c); tag {
	case tagItemKNN:
		return f.itemKNN(p), nil
	case tagSparse:
		s := &Sparse{}
		s.o.each(f)
		s.linear = f.readLinear(p)
		return s, nil
	case tagTogether:
		s := &Together{}
		s.o.each(f)
		s.linear = f.readLinear(p)
		return s, nil
	case tagViewed:
		looks, err := p.Looks(ctx)
		if err != nil {
			return nil, err
		}
		return &Viewed{f.itemKNN(looks)}, nil
	case tagNext:
		s := &Next{past: p}
		s.o.each(f)
		s.targets = readLists(c, len(p.Items))
		return s, nil
	case tagEASE:
		return f.ease(p), nil
	case tagALS:
		return f.als(ctx, p)
	case tagLately:
		var o AlikeOptions
		if o.each(f); c.Err() != nil {
			return nil, c.Err()
		}
		return TrainLately(ctx, p, o)
	default:
		return f.recount(p, tag), nil
	}
}

// recount learns again what is quickly learned.
func (f *fields) recount(p *interaction.Past, tag uint8) Source {
	switch tag {
	case tagAlike:
		return counted(f, p, (*AlikeOptions).each, TrainAlike)
	case tagRepeat:
		return counted(f, p, func(d *time.Duration, f *fields) { f.duration(d) }, NewRepeat)
	case tagRhythm:
		return counted(f, p, (*RhythmOptions).each, TrainRhythm)
	case tagPopularity:
		return counted(f, p, (*PopularityOptions).each, TrainPopularity)
	case tagTrending:
		return counted(f, p, (*TrendingOptions).each, TrainTrending)
	case tagLooks:
		return counted(f, p, (*LooksOptions).each, TrainLooks)
	case tagArrivals:
		return counted(f, p, (*ArrivalsOptions).each, TrainArrivals)
	}
	f.c.Fail("source %d", tag)
	return nil
}

func counted[O any, S Source](f *fields, p *interaction.Past, each func(*O, *fields), train func(*interaction.Past, O) S) Source {
	var o O
	if each(&o, f); f.c.Err() != nil {
		return nil
	}
	return train(p, o)
}

func (f *fields) itemKNN(p *interaction.Past) *ItemKNN {
	s := &ItemKNN{}
	s.o.each(f)
	s.linear = f.readLinear(p)
	return s
}

func (f *fields) readLinear(p *interaction.Past) linear {
	l := linear{past: p}
	f.duration(&l.halfLife)
	l.targets = readLists(f.c, len(p.Items))
	return l
}

// readLists reads lists of n items, each in the order of its items.
func readLists(c *wire.Cursor, n int) lists {
	l := newLists(n)
	total := 0
	for i := range l.Ends {
		total += c.Count(1)
		l.Ends[i] = total
	}
	items, scores := wire.Numbers[int32](c), wire.Numbers[float32](c)
	if len(items) != total || len(scores) != total {
		c.Fail("%d items and %d scores in lists of %d", len(items), len(scores), total)
		return newLists(n)
	}
	l.All = make([]near, total)
	for i := range l.All {
		l.All[i] = near{items[i], scores[i]}
	}
	for i := range n {
		last := int32(-1)
		for _, x := range l.Of(int32(i)) {
			if x.item <= last || int(x.item) >= n || !finite(x.score) {
				c.Fail("the list of item %d", i)
				return newLists(n)
			}
			last = x.item
		}
	}
	return l
}

func finite(x float32) bool { return math.Abs(float64(x)) <= math.MaxFloat32 }

func allFinite(xs []float32) bool {
	for _, x := range xs {
		if !finite(x) {
			return false
		}
	}
	return true
}

func (f *fields) ease(p *interaction.Past) *EASE {
	var o EASEOptions
	o.each(f)
	var halfLife time.Duration
	f.duration(&halfLife)
	items := wire.Numbers[int32](f.c)
	b := wire.Numbers[float32](f.c)
	last := int32(-1)
	for _, item := range items {
		if item <= last || int(item) >= len(p.Items) {
			f.c.Fail("item %d after %d", item, last)
			return nil
		}
		last = item
	}
	if len(b) != len(items)*len(items) || !allFinite(b) {
		f.c.Fail("%d numbers for %d items", len(b), len(items))
		return nil
	}
	e := newEASE(p, o, items)
	e.halfLife, e.b = halfLife, b
	return e
}

// maxFactors is more than any factorisation has, and little enough to square.
const maxFactors = 4096

func (f *fields) als(ctx context.Context, p *interaction.Past) (*ALS, error) {
	a := &ALS{past: p}
	a.o.each(f)
	a.items = factors{a.o.Factors, wire.Numbers[float32](f.c)}
	if a.o.Factors > maxFactors || len(a.items.values) != a.o.Factors*len(p.Items) || !allFinite(a.items.values) {
		f.c.Fail("%d numbers for %d items of %d factors", len(a.items.values), len(p.Items), a.o.Factors)
		return nil, f.c.Err()
	}
	var err error
	a.gram, err = gramOf(ctx, &a.items)
	return a, err
}
