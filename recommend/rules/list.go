package rules

import (
	"fmt"
	"iter"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Candidate is an item that may be recommended.
type Candidate struct {
	// Item must not be nil. Of an item that is in no catalogue it has the id.
	Item *clm.Item
	// Key is the caller's own number for the item. It is handed back.
	Key int
	// Score is the relevance: 0 or more, in any unit, but such that twice as
	// much is twice as relevant. Of a score that is a logit, take the probability.
	Score float64
	// Vector tells what the item is like, for [Rules.Diversity]: of unit length, and
	// as long as the others. Optional.
	Vector []float32
	// Popularity is the share of customers that have the item, in [0, 1].
	Popularity float64
	// Since is when it was first sold or shown. Default: when it was added to
	// the catalogue.
	Since time.Time
	// Daily is how many pieces are sold a day, for [Cover].
	Daily float64
	// Value is what it is worth to the shop, for [Given]: a margin, a forecast.
	// It can be below 0.
	Value float64
	// Taken says that the customer took it afterwards, where that is known. It is
	// for [Rules.TradeOff] only.
	Taken bool
}

// A List asks for an arrangement.
type List struct {
	// Candidates are what may be shown, the best first: no score is above the one
	// before it. They are not changed.
	Candidates []Candidate
	// Pool, if not nil, yields further items that may be shown, the best first, for
	// one of the rules of [Plan.Wants] that the candidates do not suffice for.
	// What does not match or is there already is passed over. It is called at
	// most once for each rule, and read until there are enough or 10,000 are
	// read. Their scores are on the candidates' scale; nothing is asked of
	// their order.
	Pool func(rule string) iter.Seq[Candidate]
	// K is how many places there are, 1 or more.
	K int
	// Seed decides where randomly placed promotions stand.
	Seed uint64
}

// maxPool is how much of a pool is read for one rule.
const maxPool = 10_000

// An Arrangement is a list by the rules.
type Arrangement struct {
	// Places are the items in their order, at most K. There are fewer when there
	// are no more candidates, or none that the caps allow.
	Places []Place
	// Short tells of promotions and shares of new items that were not filled.
	Short []Shortfall
	// Missing is the number of places that are empty, and Capped how many
	// candidates the caps kept out of places.
	Missing, Capped int
}

// A Place is an item in its place.
type Place struct {
	Candidate
	// Was is the item's place among the candidates, from 1; 0 for one that came
	// from the pool.
	Was int
	// Adjusted is its score after the objective, freshness and popularity, where
	// the best candidate has 1.
	Adjusted float64
	// Promotion names the promotion, or [NewItems], that it came in by; empty
	// for what came in on its own.
	Promotion string
	// Held says that a rule needs it in the list: it came in by a promotion, or is
	// among the first that count for one that wants some items at least. Who
	// explores must leave it where it is.
	Held bool
	// Broken names the cap that it stands against, with [Rules.Relax].
	Broken string
	// Why says what moved it.
	Why Why
}

// Why is what the rules made of an item's relevance.
type Why struct {
	Freshness  float64 // what the relevance was multiplied by, at least 1
	Popularity float64 // what the relevance was multiplied by, at most 1
	Value      float64 // the value over the largest among the candidates; 0 without an objective
	Likeness   float64 // to the most alike of those chosen before, in [-1, 1]; 0 without diversity
}

// A Shortfall is a rule that did not get its places.
type Shortfall struct {
	Rule   string // the promotion's name, or [NewItems]
	Wanted int    // places
	Filled int    // of them
	Capped int    // items that matched, and that a cap kept out
}

// check reports what is wrong with the candidates.
func (l *List) check() error {
	if l.K < 1 {
		return fmt.Errorf("rules: a list of %d places", l.K)
	}
	dimension := l.dimension()
	for i := range l.Candidates {
		c := &l.Candidates[i]
		if err := c.check(dimension); err != nil {
			return fmt.Errorf("rules: candidates[%d]: %w", i, err)
		}
		if i > 0 && c.Score > l.Candidates[i-1].Score {
			return fmt.Errorf("rules: candidates[%d]: item %s: score %v is above the one before it, %v",
				i, c.Item.ID, c.Score, l.Candidates[i-1].Score)
		}
	}
	return nil
}

// dimension returns the length that all vectors have to have.
func (l *List) dimension() int {
	for i := range l.Candidates {
		if n := len(l.Candidates[i].Vector); n > 0 {
			return n
		}
	}
	return 0
}

func (c *Candidate) check(dimension int) error {
	switch {
	case c.Item == nil:
		return fmt.Errorf("no item")
	case !(c.Score >= 0) || c.Score-c.Score != 0:
		return fmt.Errorf("item %s: score %v is not a number from 0 on", c.Item.ID, c.Score)
	case !(c.Popularity >= 0 && c.Popularity <= 1):
		return fmt.Errorf("item %s: popularity %v is not in [0, 1]", c.Item.ID, c.Popularity)
	case c.Value-c.Value != 0 || !(c.Daily >= 0) || c.Daily-c.Daily != 0:
		return fmt.Errorf("item %s: value %v or daily sales %v are no such numbers", c.Item.ID, c.Value, c.Daily)
	case dimension > 0 && len(c.Vector) > 0 && len(c.Vector) != dimension:
		return fmt.Errorf("item %s: a vector of %d numbers among those of %d", c.Item.ID, len(c.Vector), dimension)
	}
	return nil
}
