package llm_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // zones whose midnight is missing

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/llm"
)

// meter is a provider that takes its time, counts what it is asked to do, and knows the most it did.
type meter struct {
	mu    sync.Mutex
	calls int
	spent int64
}

const perCall = 1000 // tokens of a call of sized, which the meter uses to the last

func (p *meter) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	p.mu.Lock()
	p.calls++
	p.spent += perCall
	p.mu.Unlock()
	time.Sleep(time.Second)
	return &llm.Response{Text: "ok", Finish: llm.FinishStop, Usage: llm.Usage{Input: 400, Output: *req.MaxTokens}}, nil
}

// checkThenAct is the mistake that a Budget must not make: it looks, and adds afterwards.
type checkThenAct struct {
	llm.Model
	mu           sync.Mutex
	spent, limit int64
}

func (c *checkThenAct) Generate(ctx context.Context, req *llm.Request) (*llm.Response, error) {
	c.mu.Lock()
	full := c.spent+perCall > c.limit
	c.mu.Unlock()
	if full {
		return nil, llm.ErrBudget
	}
	resp, err := c.Model.Generate(ctx, req)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spent += perCall
	return resp, err
}

// rush calls m from a thousand goroutines, five times each, for seven customers, and gives the number of calls that
// were let through.
func rush(t *testing.T, m llm.Model) (through int) {
	var mu sync.Mutex
	var group sync.WaitGroup
	for i := range 1000 {
		group.Go(func() {
			for range 5 {
				err := second(m.Generate(t.Context(), sized(llm.Scope{Customer: fmt.Sprint(i % 7)})))
				if err == nil {
					mu.Lock()
					through++
					mu.Unlock()
				} else {
					assert.ErrorIs(t, err, llm.ErrBudget)
				}
			}
		})
	}
	group.Wait()
	return through
}

func TestAThousandAtOnceStayWithinTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &meter{}
		b := newBudget(t, nil, llm.Limit{Tokens: 100*perCall + 999}, llm.Limit{Per: llm.PerCustomer, Micros: 20 * perCall})
		assert.Equal(t, 100, rush(t, pays(t, b, provider)))
		assert.EqualValues(t, 100*perCall, provider.spent)
		for i := range 7 {
			assert.LessOrEqual(t, b.Spent("", llm.Scope{Customer: fmt.Sprint(i)})[1].Spent.Micros, llm.Micros(20*perCall))
		}
		x := b.Report()[0]
		assert.EqualValues(t, 100, x.Calls)
		assert.EqualValues(t, 4900, x.Refused)
	})
	t.Run("control: looking and then spending does not", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			provider := &meter{}
			rush(t, &checkThenAct{Model: provider, limit: 100 * perCall})
			assert.Greater(t, provider.spent, int64(900*perCall))
		})
	})
}

// parked is a provider whose calls wait for what the test says they used.
type parked struct {
	asked chan struct{}
	reply chan func() (*llm.Response, error)
}

func (p *parked) Generate(context.Context, *llm.Request) (*llm.Response, error) {
	p.asked <- struct{}{}
	return (<-p.reply)()
}

// openCall is a call under way in the reference ledger.
type openCall struct {
	*parked
	day             int
	tenant, session string
	tokens          int64
}

// TestLedgerAddsUpLikeTheReference draws sequences of calls that begin, end, fail at the door and pass midnight, and compares each
// decision with a ledger that keeps a list of all calls there ever were.
func TestLedgerAddsUpLikeTheReference(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var failed any // rapid wants to see the panics that it fails with
		synctest.Test(t, func(t *testing.T) {
			defer func() { failed = recover() }()
			drawLedger(t, r)
		})
		if failed != nil {
			panic(failed)
		}
	})
}

// reference is all calls: those that have ended with what they cost, and those under way with what they may cost.
type reference struct{ ended, open []openCall }

// sum of the calls of a day (negative: of all) that are of the tenant and session, where these are not empty.
func (ref *reference) sum(day int, tenant, session string) (spent, reserved int64) {
	of := func(calls []openCall) (n int64) {
		for _, c := range calls {
			if (day < 0 || c.day == day) && (tenant == "" || c.tenant == tenant) && (session == "" || c.session == session) {
				n += c.tokens
			}
		}
		return n
	}
	return of(ref.ended), of(ref.open)
}

func drawLedger(t *testing.T, r *rapid.T) {
	total, perTenant, perSession := rapid.Int64Range(1, 9000).Draw(r, "total"), rapid.Int64Range(1, 5000).Draw(r, "tenant"), rapid.Int64Range(1, 5000).Draw(r, "session")
	b := newBudget(t, nil,
		llm.Limit{Tokens: total}, llm.Limit{Per: llm.PerTenant, Micros: llm.Micros(perTenant)},
		llm.Limit{Per: llm.PerSession, Window: llm.Forever, Tokens: perSession})
	var ref reference
	defer func() {
		for _, c := range ref.open {
			c.tokens = 2
			c.end(b)
		}
		synctest.Wait()
	}()
	day, began := 0, time.Now().UTC().Truncate(24*time.Hour)
	for range rapid.IntRange(1, 30).Draw(r, "steps") {
		switch rapid.SampledFrom([]string{"begin", "begin", "begin", "end", "end", "wait"}).Draw(r, "step") {
		case "begin":
			c := openCall{day: day, tenant: rapid.SampledFrom([]string{"t", "u"}).Draw(r, "of"), session: rapid.SampledFrom([]string{"1", "2"}).Draw(r, "in"), tokens: 153 + rapid.Int64Range(1, 2000).Draw(r, "tokens")}
			c.parked = &parked{make(chan struct{}), make(chan func() (*llm.Response, error))}
			fits := true
			for _, l := range []struct {
				day             int
				tenant, session string
				limit           int64
			}{{day, "", "", total}, {day, c.tenant, "", perTenant}, {-1, c.tenant, c.session, perSession}} {
				spent, reserved := ref.sum(l.day, l.tenant, l.session)
				fits = fits && spent+reserved+c.tokens <= l.limit
			}
			refused := begin(t, pays(t, b, c.parked), c)
			require.Equal(r, fits, !refused, "day %d: %+v of %+v", day, c, ref)
			if fits {
				ref.open = append(ref.open, c)
			}
		case "end":
			if len(ref.open) == 0 {
				continue
			}
			i := rapid.IntRange(0, len(ref.open)-1).Draw(r, "which")
			c := ref.open[i]
			ref.open = append(ref.open[:i], ref.open[i+1:]...)
			c.tokens = rapid.Int64Range(0, c.tokens+50).Draw(r, "used") // below 2: it failed at the door
			ref.ended = append(ref.ended, c.end(b))
		case "wait":
			time.Sleep(time.Duration(rapid.Int64Range(0, int64(30*time.Hour)).Draw(r, "for")))
			day = int(time.Since(began).Hours() / 24)
		}
		synctest.Wait()
		compare(r, b, &ref, day)
	}
}

// begin starts the call and reports whether it was refused.
func begin(t *testing.T, m llm.Model, c openCall) bool {
	req := saying("")
	req.Messages[0].Parts[0].Text = "x"
	req.Scope, req.MaxTokens = llm.Scope{Tenant: c.tenant, Session: c.session}, new(int(c.tokens)-128-16-8-1)
	refused := make(chan struct{})
	go func() {
		if errors.Is(second(m.Generate(t.Context(), req)), llm.ErrBudget) {
			close(refused)
		}
	}()
	select {
	case <-refused:
		return true
	case <-c.asked:
		return false
	}
}

// end lets the call return; what it cost is in tokens, of which 1 was of the request.
func (c openCall) end(b *llm.Budget) openCall {
	u := llm.Usage{}
	switch used := c.tokens; {
	case used >= 2:
		u = llm.Usage{Input: 1, Output: int(used) - 1}
	default: // failed at the door
		c.tokens = 0
		c.reply <- func() (*llm.Response, error) { return nil, &llm.Error{Kind: llm.ErrRateLimited} }
		return c
	}
	c.reply <- func() (*llm.Response, error) {
		return &llm.Response{Text: "ok", Finish: llm.FinishStop, Usage: u}, nil
	}
	return c
}

func compare(r *rapid.T, b *llm.Budget, ref *reference, day int) {
	for _, s := range []llm.Scope{{Tenant: "t", Session: "1"}, {Tenant: "t", Session: "2"}, {Tenant: "u", Session: "1"}, {Tenant: "u", Session: "2"}} {
		balances := b.Spent("", s)
		require.Len(r, balances, 3)
		for i, key := range []struct {
			day             int
			tenant, session string
		}{{day, "", ""}, {day, s.Tenant, ""}, {-1, s.Tenant, s.Session}} {
			spent, reserved := ref.sum(key.day, key.tenant, key.session)
			require.Equal(r, spent, balances[i].Spent.Tokens, "spent of %+v", key)
			require.Equal(r, reserved, balances[i].Reserved.Tokens, "reserved of %+v", key)
		}
	}
}

func TestADayEndsAtMidnightOfTheLocation(t *testing.T) {
	for name, c := range map[string]struct {
		zone  string
		start string // local, in RFC 3339
		until time.Duration
	}{
		"UTC":                                 {"UTC", "2000-03-01T20:00:00Z", 4 * time.Hour},
		"east of it":                          {"Asia/Tokyo", "2000-03-01T20:00:00+09:00", 4 * time.Hour},
		"a half hour's zone":                  {"Asia/Kolkata", "2000-03-01T20:30:00+05:30", 3*time.Hour + 30*time.Minute},
		"the day that clocks go forward":      {"Europe/Berlin", "2000-03-26T00:30:00+01:00", 22*time.Hour + 30*time.Minute},
		"the day that clocks go back":         {"Europe/Berlin", "2000-10-29T00:30:00+02:00", 24*time.Hour + 30*time.Minute},
		"a midnight that does not exist":      {"America/Sao_Paulo", "2000-10-07T20:00:00-03:00", 4 * time.Hour},
		"a midnight that comes twice":         {"America/Sao_Paulo", "2000-02-26T20:00:00-02:00", 5 * time.Hour},
		"the last day of a leap year's month": {"UTC", "2000-02-29T23:59:59Z", time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				zone, err := time.LoadLocation(c.zone)
				require.NoError(t, err)
				start, err := time.Parse(time.RFC3339, c.start)
				require.NoError(t, err)
				time.Sleep(time.Until(start))
				b := newBudget(t, &llm.BudgetOptions{Location: zone}, llm.Limit{Tokens: 1000})
				m := pays(t, b, using(llm.Usage{Input: 1, Output: 1}))
				ask := func() error { return second(m.Generate(t.Context(), sized(llm.Scope{}))) }
				require.NoError(t, ask())
				refused := func(left time.Duration) {
					err := ask()
					e, ok := errors.AsType[*llm.Error](err)
					require.True(t, ok, "%v", err)
					require.Equal(t, llm.ErrBudget, e.Kind)
					assert.Equal(t, left, e.RetryAfter)
				}
				refused(c.until)
				time.Sleep(c.until - time.Nanosecond)
				refused(time.Nanosecond)
				time.Sleep(time.Nanosecond)
				assert.Zero(t, b.Spent("", llm.Scope{})[0].Spent)
				require.NoError(t, ask())
				for range 3 { // the new day is not begun twice
					time.Sleep(20 * time.Minute)
					assert.ErrorIs(t, ask(), llm.ErrBudget)
				}
			})
		})
	}
}

func TestACallCountsToTheDayOnWhichItBegan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is midnight
		b := newBudget(t, nil, llm.Limit{Tokens: 1500}, llm.Limit{Window: llm.Forever, Tokens: 3000})
		slow := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
			time.Sleep(2 * time.Hour)
			return &llm.Response{Text: "ok", Finish: llm.FinishStop, Usage: llm.Usage{Input: 400, Output: 400}}, nil
		})
		time.Sleep(23 * time.Hour)
		var group sync.WaitGroup
		group.Go(func() { assert.NoError(t, second(pays(t, b, slow).Generate(t.Context(), sized(llm.Scope{})))) })
		time.Sleep(90 * time.Minute)
		now := b.Spent("", llm.Scope{})
		assert.Zero(t, now[0].Reserved, "the new day begins with nothing")
		assert.EqualValues(t, 1000, now[1].Reserved.Tokens)
		group.Wait()
		now = b.Spent("", llm.Scope{})
		assert.Zero(t, now[0].Spent)
		assert.EqualValues(t, 800, now[1].Spent.Tokens)
		assert.EqualValues(t, 800, b.Report()[0].Spent.Tokens)
		assert.Equal(t, 48*time.Hour, now[0].Until.Sub(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)))
		assert.True(t, now[1].Until.IsZero())
	})
}

func TestHowLongToWaitSaysWhatHelps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait := func(limit llm.Limit, calls int) time.Duration {
			b := newBudget(t, nil, limit)
			m := pays(t, b, using(llm.Usage{Input: 400, Output: 500}))
			for range calls {
				require.NoError(t, second(m.Generate(t.Context(), sized(llm.Scope{}))))
			}
			e, ok := errors.AsType[*llm.Error](second(m.Generate(t.Context(), sized(llm.Scope{}))))
			require.True(t, ok)
			require.Equal(t, llm.ErrBudget, e.Kind)
			return e.RetryAfter
		}
		time.Sleep(time.Hour)
		assert.Equal(t, 23*time.Hour, wait(llm.Limit{Tokens: 1500}, 1))
		assert.Zero(t, wait(llm.Limit{Tokens: 999}, 0), "the call never fits")
		assert.Zero(t, wait(llm.Limit{Per: llm.PerCall, Tokens: 999}, 0))
		assert.Zero(t, wait(llm.Limit{Window: llm.Forever, Tokens: 1500}, 1))

		b := newBudget(t, nil, llm.Limit{Tokens: 1500})
		c := openCall{parked: &parked{make(chan struct{}), make(chan func() (*llm.Response, error))}, tokens: 1000}
		require.False(t, begin(t, pays(t, b, c.parked), c))
		e, _ := errors.AsType[*llm.Error](second(pays(t, b, using(llm.Usage{})).Generate(t.Context(), sized(llm.Scope{}))))
		assert.Zero(t, e.RetryAfter, "a call under way may leave room at any time")
		c.tokens = 2
		c.end(b)
	})
}

func TestMemoryIsThatOfOneDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, nil, llm.Limit{Per: llm.PerCustomer, Tokens: 1000}, llm.Limit{Per: llm.PerSession, Tokens: 200})
		m := pays(t, b, using(llm.Usage{Input: 1, Output: 1}))
		const customers = 2000
		for i := range customers { // refused by the session's limit
			assert.ErrorIs(t, second(m.Generate(t.Context(), sized(llm.Scope{Customer: fmt.Sprint(i)}))), llm.ErrBudget)
		}
		kept := func() int {
			raw, err := b.Snapshot()
			require.NoError(t, err)
			return len(raw)
		}
		empty := kept()
		small := saying("hi")
		small.MaxTokens = new(1)
		for i := range customers {
			small.Scope = llm.Scope{Customer: fmt.Sprint(i), Session: fmt.Sprint(i)}
			require.NoError(t, second(m.Generate(t.Context(), small)))
		}
		assert.Greater(t, kept(), 2*customers*20)
		time.Sleep(24 * time.Hour)
		assert.Equal(t, empty, kept(), "yesterday is dropped")
	})
}

// BenchmarkBudgetMemory reports the bytes that a customer with one daily limit takes, beside those of a name of 12.
func BenchmarkBudgetMemory(b *testing.B) {
	req := saying("hi")
	req.MaxTokens = new(1)
	names := make([]string, 200_000)
	for i := range names {
		names[i] = fmt.Sprintf("cust-%07d", i)
	}
	for b.Loop() {
		budget := newBudget(b, nil, llm.Limit{Per: llm.PerCustomer, Tokens: 1000})
		m := pays(b, budget, using(llm.Usage{Input: 1, Output: 1}))
		before := live()
		for _, name := range names {
			req.Scope.Customer = name
			m.Generate(b.Context(), req)
		}
		b.ReportMetric(float64(live()-before)/float64(len(names)), "B/customer")
		runtime.KeepAlive(budget)
	}
	runtime.KeepAlive(names)
}

func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
