package rules

import (
	"encoding/json"
	"math"
	"time"
)

// NewItems is the name under which [List.Pool] is asked for new items, and under
// which [Arrangement.Short] tells that there are too few.
const NewItems = "new"

// Freshness lifts new items. The age of an item runs from [Candidate.Since], or
// else from when it came into the catalogue. One of which neither is known is not
// new.
type Freshness struct {
	// Boost is what newness adds: an item of age 0 counts 1+Boost times, and
	// with every HalfLife half of what was added is gone. 0 adds nothing.
	Boost float64 `json:"boost,omitempty"`
	// HalfLife is that of the boost. Default: 30 days.
	HalfLife time.Duration `json:"half_life,omitempty"`
	// Share is the share of the places that hold new items at least, in [0, 1],
	// rounded as for a [Promotion]. New items that come in on their own or by a
	// promotion count. The others come in with the last places.
	Share float64 `json:"share,omitempty"`
	// Within is the age up to which an item is new. Default: the half-life.
	Within time.Duration `json:"within,omitempty"`
}

const day = 24 * time.Hour

func (f *Freshness) validate() error {
	switch {
	case !(f.Boost >= 0 && f.Boost <= math.MaxFloat32):
		return fail("freshness.boost", "%v is not a number from 0 on", f.Boost)
	case f.HalfLife < 0:
		return fail("freshness.half_life", "%s is negative", f.HalfLife)
	case f.Within < 0:
		return fail("freshness.within", "%s is negative", f.Within)
	}
	return share("freshness.share", f.Share)
}

func (f *Freshness) halfLife() time.Duration {
	if f.HalfLife == 0 {
		return 30 * day
	}
	return f.HalfLife
}

// factor returns what the relevance of an item is multiplied by.
func (f *Freshness) factor(c *Candidate, at time.Time) float64 {
	if f.Boost == 0 {
		return 1
	}
	age, ok := c.age(at)
	if !ok {
		return 1
	}
	return 1 + f.Boost*math.Exp2(-float64(age)/float64(f.halfLife()))
}

func (f *Freshness) isNew(c *Candidate, at time.Time) bool {
	within := f.Within
	if within == 0 {
		within = f.halfLife()
	}
	age, ok := c.age(at)
	return ok && age <= within
}

// age returns how old an item is; what comes into the catalogue tomorrow is of age 0.
func (c *Candidate) age(at time.Time) (time.Duration, bool) {
	since := c.Since
	if since.IsZero() {
		since = c.Item.Added
	}
	return max(0, at.Sub(since)), !since.IsZero()
}

// rare is the share of customers below which popularity is not told apart: one of
// a thousand.
const rare = 0.001

// penalty returns what the relevance of an item is multiplied by for its popularity:
// 1 for what nobody has.
func penalty(power float64, c *Candidate) float64 {
	if power == 0 {
		return 1
	}
	return math.Pow(rare/(rare+c.Popularity), power)
}

// freshnessJSON is the stored form: durations are text, such as "720h0m0s".
type freshnessJSON struct {
	Boost    float64 `json:"boost,omitempty"`
	HalfLife string  `json:"half_life,omitempty"`
	Share    float64 `json:"share,omitempty"`
	Within   string  `json:"within,omitempty"`
}

// MarshalJSON writes the durations as text, such as "720h0m0s".
func (f Freshness) MarshalJSON() ([]byte, error) {
	return json.Marshal(freshnessJSON{f.Boost, durationText(f.HalfLife), f.Share, durationText(f.Within)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Freshness) UnmarshalJSON(data []byte) error {
	var stored freshnessJSON
	if err := json.Unmarshal(data, &stored); err != nil {
		return err
	}
	read := Freshness{Boost: stored.Boost, Share: stored.Share}
	err := firstOf(
		parseDuration("freshness.half_life", stored.HalfLife, &read.HalfLife),
		parseDuration("freshness.within", stored.Within, &read.Within),
	)
	if err == nil {
		*f = read
	}
	return err
}

func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func parseDuration(field, text string, d *time.Duration) error {
	if text == "" {
		return nil
	}
	var err error
	if *d, err = time.ParseDuration(text); err != nil {
		return fail(field, "%v", err)
	}
	return nil
}
