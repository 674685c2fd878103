package clmtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RunLog checks that the logs that newLog makes keep the contract of [clm.Log].
// Each call of newLog returns an empty log whose clock is at least [Start] plus
// one year; if logs have to be closed, newLog does it with t.Cleanup.
func RunLog(t *testing.T, newLog func(*testing.T) clm.Log) {
	for _, c := range []struct {
		name string
		test func(*testing.T, clm.Log)
	}{
		{"an empty log reads as nothing", logEmpty},
		{"events come back whole and in order", logOrder},
		{"no events are appended without an error", logNothing},
		{"a repeated id changes nothing", logRepeats},
		{"a bad event keeps its batch out", logAllOrNothing},
		{"every rule of an event is enforced", logValidates},
		{"reading goes on after a position", logAfter},
		{"reading ends early when told", logBreak},
		{"arguments are not kept", logKeepsNothing},
		{"what is read is not shared", logSharesNothing},
		{"appending while reading is allowed", logAppendsWhileReading},
		{"concurrent appends lose nothing", logConcurrent},
		{"a text of a megabyte survives", logLongText},
		{"a cancelled context is an error", logCancelled},
		{"an unknown partition is an error", logPartition},
		{"an erased customer is gone", logErase},
		{"a reader that follows writers misses nothing", logFollowed},
		{"a reading that is held open hinders nobody", logHeldOpen},
		{"the same batch from many sides is kept once", logSameBatchTwice},
		{"an id is known whoever it is about", logOtherCustomer},
		{"thousands of events are appended at once", logThousands},
		{"ends are told", logEnds},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newLog(t)) })
	}
}

func logEmpty(t *testing.T, log clm.Log) {
	require.GreaterOrEqual(t, log.Partitions(), 1)
	require.Empty(t, readAll(t, log))
}

func logOrder(t *testing.T, log clm.Log) {
	events := Events(500, 23)
	require.NoError(t, log.Append(t.Context(), events[:300]...))
	require.NoError(t, log.Append(t.Context(), events[300:]...))
	require.Equal(t, byCustomer(events), readAll(t, log))
}

func logNothing(t *testing.T, log clm.Log) {
	require.NoError(t, log.Append(t.Context()))
	require.Empty(t, readAll(t, log))
}

func logRepeats(t *testing.T, log clm.Log) {
	events := Events(40, 3)
	require.NoError(t, log.Append(t.Context(), events[:20]...))
	changed := events[5]
	changed.Channel = "changed"
	again := append([]clm.Event{changed}, events...)
	again = append(again, events[30])
	require.NoError(t, log.Append(t.Context(), again...))
	require.NoError(t, log.Append(t.Context(), events...))
	require.Equal(t, byCustomer(events), readAll(t, log))
}

func logAllOrNothing(t *testing.T, log clm.Log) {
	events := Events(10, 3)
	bad := append(append([]clm.Event{}, events...), clm.Event{ID: "bad", Customer: "c-1", Kind: "veiw", Time: Start})
	err := log.Append(t.Context(), bad...)
	require.ErrorIs(t, err, clm.ErrInvalid)
	require.ErrorContains(t, err, "bad")
	require.Empty(t, readAll(t, log))
	require.NoError(t, log.Append(t.Context(), events...), "the same events without the bad one")
	require.Equal(t, byCustomer(events), readAll(t, log))
}

func logValidates(t *testing.T, log clm.Log) {
	for name, breakIt := range map[string]func(*clm.Event){
		"no id":       func(e *clm.Event) { e.ID = "" },
		"no customer": func(e *clm.Event) { e.Customer = "" },
		"no time":     func(e *clm.Event) { e.Time = time.Time{} },
		"far future":  func(e *clm.Event) { e.Time = time.Now().AddDate(500, 0, 0) },
		"bad text":    func(e *clm.Event) { e.Session = "\xff" },
		"zero byte":   func(e *clm.Event) { e.Session = "a\x00b" },
	} {
		e := Events(1, 1)[0]
		breakIt(&e)
		assert.ErrorIs(t, log.Append(t.Context(), e), clm.ErrInvalid, name)
	}
	require.Empty(t, readAll(t, log))
}

func logAfter(t *testing.T, log clm.Log) {
	require.NoError(t, log.Append(t.Context(), Events(50, 1)...))
	p := clm.PartitionOf("c-0", log.Partitions())
	all := read(t, log, p, 0)
	require.Len(t, all, 50)
	for i, e := range all {
		rest := read(t, log, p, e.Position)
		require.Len(t, rest, 49-i)
		if len(rest) > 0 {
			require.Equal(t, all[i+1:], rest)
		}
	}
	require.Empty(t, read(t, log, p, all[49].Position+1000), "beyond the end")
}

func logBreak(t *testing.T, log clm.Log) {
	require.NoError(t, log.Append(t.Context(), Events(50, 1)...))
	p := clm.PartitionOf("c-0", log.Partitions())
	n := 0
	for _, err := range log.Read(t.Context(), p, 0) {
		require.NoError(t, err)
		if n++; n == 3 {
			break
		}
	}
	require.Equal(t, 3, n)
	require.Len(t, read(t, log, p, 0), 50)
}

func logKeepsNothing(t *testing.T, log clm.Log) {
	events := Events(10, 2)
	want := byCustomer(Events(10, 2))
	require.NoError(t, log.Append(t.Context(), events...))
	for i := range events {
		events[i].Channel = "changed by the caller"
		for j := range events[i].Lines {
			events[i].Lines[j].Quantity = 99
		}
	}
	require.Equal(t, want, readAll(t, log))
}

func logSharesNothing(t *testing.T, log clm.Log) {
	require.NoError(t, log.Append(t.Context(), Events(10, 2)...))
	for _, events := range readAll(t, log) {
		for i := range events {
			for j := range events[i].Lines {
				events[i].Lines[j].Quantity = 99
			}
		}
	}
	require.Equal(t, byCustomer(Events(10, 2)), readAll(t, log))
}

func logAppendsWhileReading(t *testing.T, log clm.Log) {
	events := Events(40, 1)
	require.NoError(t, log.Append(t.Context(), events[:20]...))
	p := clm.PartitionOf("c-0", log.Partitions())
	seen, next := 0, 20
	for _, err := range log.Read(t.Context(), p, 0) {
		require.NoError(t, err)
		if seen++; next < 40 {
			require.NoError(t, log.Append(t.Context(), events[next]))
			next++
		}
	}
	require.GreaterOrEqual(t, seen, 20, "what was there when the reading began")
	require.Equal(t, byCustomer(events), readAll(t, log))
}

func logConcurrent(t *testing.T, log clm.Log) {
	const writers, each = 8, 60
	var group sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		group.Go(func() {
			for i := range each {
				e := Events(1, 1)[0]
				e.ID = fmt.Sprintf("w-%d-%d", w, i)
				e.Customer = clm.CustomerID(fmt.Sprintf("w-%d", w))
				e.Quantity = i
				if err := log.Append(context.Background(), e); err != nil {
					errs[w] = err
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	all := readAll(t, log)
	require.Len(t, all, writers)
	for customer, events := range all {
		require.Len(t, events, each, customer)
		for i, e := range events {
			require.Equal(t, i, e.Quantity, "order of %s", customer)
		}
	}
}

func logLongText(t *testing.T, log clm.Log) {
	e := Events(4, 1)[3]
	e.Text = strings.Repeat("très bien ", 100_000)
	require.NoError(t, log.Append(t.Context(), e))
	require.Equal(t, byCustomer([]clm.Event{e}), readAll(t, log))
}

func logCancelled(t *testing.T, log clm.Log) {
	require.NoError(t, log.Append(t.Context(), Events(5, 1)...))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	late := Events(6, 1)[5]
	require.ErrorIs(t, log.Append(ctx, late), context.Canceled)
	var last error
	for _, err := range log.Read(ctx, clm.PartitionOf("c-0", log.Partitions()), 0) {
		last = err
	}
	require.ErrorIs(t, last, context.Canceled)
	require.Equal(t, byCustomer(Events(5, 1)), readAll(t, log))
}

func logPartition(t *testing.T, log clm.Log) {
	for _, p := range []int{-1, log.Partitions()} {
		var last error
		for _, err := range log.Read(t.Context(), p, 0) {
			last = err
		}
		require.ErrorIs(t, last, clm.ErrPartition)
	}
}

func logErase(t *testing.T, log clm.Log) {
	eraser, ok := log.(clm.Eraser)
	require.True(t, ok, "a log is an Eraser")
	events := Events(60, 3)
	require.NoError(t, log.Append(t.Context(), events...))
	require.NoError(t, eraser.Erase(t.Context(), "c-1"))
	require.NoError(t, eraser.Erase(t.Context(), "never seen"))
	want := byCustomer(events)
	delete(want, "c-1")
	require.Equal(t, want, readAll(t, log))
	more := Events(66, 3)[60:]
	require.NoError(t, log.Append(t.Context(), more...))
	require.Len(t, readAll(t, log)["c-0"], 22, "the log goes on after an erasure")
}
