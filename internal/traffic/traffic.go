// Package traffic makes streams of events as the web site of a shop would send
// them, for tests and measurements of stores: many visits at once, each some
// events of one customer, with ids that grow with time. The same options give the
// same stream.
package traffic

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Start is the time of the first event.
var Start = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// Options are what a stream depends on.
type Options struct {
	Seed uint64
	// Customers is the number of customers, chosen evenly for each visit.
	Customers int
	// Visits is the number of visits that are under way at the same time.
	// Default: 200.
	Visits int
	// First is the number of the first event: later events have later times.
	// Streams of the same seed with other first events have other visits.
	First int
	// RandomIDs makes ids that do not grow with time, as version 4 UUIDs are.
	RandomIDs bool
}

// Events yields the first n events of a stream. Each is about 3 ms later than
// the one before.
func Events(o Options, n int) iter.Seq[clm.Event] {
	return func(yield func(clm.Event) bool) {
		site := newSite(o)
		for range n {
			if !yield(site.next()) {
				return
			}
		}
	}
}

// Items is the number of items that events name: "i-0" to "i-4999".
const Items = 5000

// Catalogue returns the items of the stream.
func Catalogue() (*clm.Catalogue, error) {
	items := make([]clm.Item, Items)
	for i := range items {
		items[i] = clm.Item{
			ID: itemID(i), Title: fmt.Sprintf("Item %d", i),
			Categories: []string{fmt.Sprintf("department %d", i%12), fmt.Sprintf("category %d", i%80)},
			Brand:      fmt.Sprintf("brand %d", i%45),
			Price:      clm.Money{Minor: price(i), Currency: "EUR"},
		}
	}
	return clm.NewCatalogue(items...)
}

func itemID(i int) clm.ItemID { return clm.ItemID(fmt.Sprintf("i-%d", i)) }

// price returns what an item costs, in cents.
func price(i int) int64 { return int64(199 + i*37%9000) }

// site is the state of a stream.
type site struct {
	opts   Options
	random *rand.Rand
	visits []visit
	made   int
}

// visit is one stay of a customer on the site.
type visit struct {
	customer clm.CustomerID
	session  string
	channel  string
	left     int
}

func newSite(o Options) *site {
	if o.Visits < 1 {
		o.Visits = 200
	}
	o.Customers = max(1, o.Customers)
	s := &site{opts: o, random: rand.New(rand.NewPCG(o.Seed, uint64(o.First))), visits: make([]visit, o.Visits), made: o.First}
	for i := range s.visits {
		s.visits[i] = s.arrive()
	}
	return s
}

func (s *site) arrive() visit {
	return visit{
		customer: Customer(s.random.IntN(s.opts.Customers)),
		session:  fmt.Sprintf("s-%08x", s.random.Uint32()),
		channel:  []string{"web", "app"}[s.random.IntN(2)],
		left:     1 + int(s.random.ExpFloat64()*4),
	}
}

// Customer returns the id of a customer by number.
func Customer(i int) clm.CustomerID { return clm.CustomerID(fmt.Sprintf("customer-%06d", i)) }

func (s *site) next() clm.Event {
	v := &s.visits[s.random.IntN(len(s.visits))]
	e := clm.Event{
		Customer: v.customer, Session: v.session, Channel: v.channel,
		Time: Start.Add(time.Duration(s.made) * 3 * time.Millisecond),
	}
	e.ID = s.id(e.Time)
	s.act(&e)
	s.made++
	if v.left--; v.left <= 0 {
		*v = s.arrive()
	}
	return e
}

// id returns a UUID of version 7 (RFC 9562, 5.7), or 4.
func (s *site) id(t time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s.random.Uint64())
	binary.BigEndian.PutUint64(b[8:], s.random.Uint64())
	version := byte(0x40)
	if !s.opts.RandomIDs {
		version = 0x70
		ms := uint64(t.UnixMilli())
		b[0], b[1] = byte(ms>>40), byte(ms>>32)
		binary.BigEndian.PutUint32(b[2:6], uint32(ms))
	}
	b[6], b[8] = version|b[6]&0x0f, 0x80|b[8]&0x3f
	x := hex.EncodeToString(b[:])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}
