package candidate

import (
	"math"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
	"github.com/clmkit/clmkit/recommend/internal/wire"
)

// fields goes through the fields of options, to append them or to read them, so
// that both have the same order.
type fields struct {
	b []byte
	c *wire.Cursor // nil to append
}

func (f *fields) count(n *int) {
	if f.c == nil {
		f.b = wire.AppendUint(f.b, uint64(*n))
		return
	}
	x := f.c.Uint()
	if x > math.MaxInt {
		f.c.Fail("option %d", x)
		x = 0
	}
	*n = int(x)
}

func (f *fields) float(x *float64) {
	if f.c == nil {
		f.b = wire.AppendNumber(f.b, *x)
		return
	}
	if *x = wire.One[float64](f.c); math.IsNaN(*x) || math.IsInf(*x, 0) {
		f.c.Fail("option %v", *x)
	}
}

func (f *fields) duration(d *time.Duration) {
	if f.c == nil {
		f.b = wire.AppendNumber(f.b, int64(*d))
		return
	}
	if *d = time.Duration(wire.One[int64](f.c)); *d < 0 {
		f.c.Fail("option %v", *d)
	}
}

func (f *fields) bool(x *bool) {
	n := 0
	if *x {
		n = 1
	}
	f.count(&n)
	*x = n == 1
}

func (f *fields) seed(x *uint64) {
	if f.c == nil {
		f.b = wire.AppendUint(f.b, *x)
		return
	}
	*x = f.c.Uint()
}

func (o *ItemKNNOptions) each(f *fields) {
	f.count(&o.Neighbours)
	f.float(&o.Shrink)
	f.duration(&o.HalfLife)
}

func (o *SparseOptions) each(f *fields) {
	f.count(&o.Neighbours)
	f.float(&o.Lambda)
	f.duration(&o.HalfLife)
}

func (o *TogetherOptions) each(f *fields) {
	f.count(&o.Neighbours)
	f.count(&o.MinSupport)
	f.float(&o.Shrink)
	f.bool(&o.Lift)
	f.duration(&o.HalfLife)
}

func (o *NextOptions) each(f *fields) {
	f.count(&o.Neighbours)
	f.count(&o.Steps)
	f.float(&o.Shrink)
	f.float(&o.Rarity)
	f.count(&o.Last)
	f.float(&o.Rate)
}

func (o *EASEOptions) each(f *fields) {
	f.float(&o.Lambda)
	f.duration(&o.HalfLife)
	f.count(&o.MaxItems)
}

func (o *AlikeOptions) each(f *fields) {
	f.count(&o.Neighbours)
	f.duration(&o.HalfLife)
	f.float(&o.Length)
	f.float(&o.Rarity)
	f.count(&o.Reads)
}

func (o *ALSOptions) each(f *fields) {
	f.count(&o.Factors)
	f.count(&o.Rounds)
	f.count(&o.Steps)
	f.float(&o.Alpha)
	f.float(&o.Lambda)
	f.duration(&o.HalfLife)
	f.count(&o.Candidates)
	f.seed(&o.Seed)
}

func (o *PopularityOptions) each(f *fields) {
	f.duration(&o.Window)
	f.duration(&o.HalfLife)
}

func (o *TrendingOptions) each(f *fields) {
	f.duration(&o.Window)
	f.float(&o.Significance)
}

func (o *ArrivalsOptions) each(f *fields) {
	f.duration(&o.Window)
	f.duration(&o.HalfLife)
}

func (o *RhythmOptions) each(f *fields) {
	f.float(&o.Shrink)
	f.duration(&o.Prior)
	f.duration(&o.HalfLife)
}

func (o *LooksOptions) each(f *fields) {
	f.duration(&o.Window)
	f.duration(&o.HalfLife)
	n := len(o.Kinds)
	f.count(&n)
	for i := range min(n, maxKinds) {
		if f.c != nil {
			o.Kinds = append(o.Kinds, 0)
		}
		kind := int(o.Kinds[i])
		f.count(&kind)
		o.Kinds[i] = interaction.Kind(kind)
	}
}

// maxKinds is how many kinds there can be: one byte says which.
const maxKinds = 256
