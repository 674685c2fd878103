package clm_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/require"
)

func hello() clm.Action {
	return clm.Action{ID: "a-1", Customer: "c-1", Purpose: "marketing", Channel: "email", Time: now, Body: "hello"}
}

// outbox remembers what was sent.
type outbox []clm.Action

func (o *outbox) Send(_ context.Context, a clm.Action) error {
	*o = append(*o, a)
	return nil
}

func pass(context.Context, clm.Action) (string, error) { return "", nil }

func TestGuardSendsWhatEveryGateLetsPass(t *testing.T) {
	broken := errors.New("store is down")
	veto := func(context.Context, clm.Action) (string, error) { return "no consent", nil }
	fail := func(context.Context, clm.Action) (string, error) { return "", broken }
	for _, c := range []struct {
		name  string
		gates []clm.Gate
		err   error
		text  string
	}{
		{"no gates", nil, nil, ""},
		{"all pass", []clm.Gate{pass, pass}, nil, ""},
		{"one vetoes", []clm.Gate{pass, veto, fail}, clm.ErrVetoed, "clm: action a-1: no consent: vetoed"},
		{"one cannot judge", []clm.Gate{pass, fail}, broken, "clm: action a-1: gate: store is down"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out outbox
			err := clm.Guard(&out, c.gates...).Send(t.Context(), hello())
			if c.err == nil {
				require.NoError(t, err)
				require.Equal(t, outbox{hello()}, out)
				return
			}
			require.ErrorIs(t, err, c.err)
			require.EqualError(t, err, c.text)
			require.Empty(t, out)
		})
	}
}

func TestGuardRefusesInvalidActions(t *testing.T) {
	for field, change := range map[string]func(*clm.Action){
		"id":       func(a *clm.Action) { a.ID = "" },
		"customer": func(a *clm.Action) { a.Customer = "" },
		"purpose":  func(a *clm.Action) { a.Purpose = "" },
		"channel":  func(a *clm.Action) { a.Channel = "" },
		"body":     func(a *clm.Action) { a.Body = "" },
		"time":     func(a *clm.Action) { a.Time = time.Time{} },
	} {
		var out outbox
		a := hello()
		change(&a)
		err := clm.Guard(&out, pass).Send(t.Context(), a)
		require.ErrorIs(t, err, clm.ErrInvalid)
		require.ErrorContains(t, err, field+": missing")
		require.Empty(t, out)
	}
}

func TestRecordedWritesTheContactOnce(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 1, Now: func() time.Time { return now }})
	var out outbox
	recorded := clm.Recorded(&out, log)
	require.NoError(t, recorded.Send(t.Context(), hello()))
	require.NoError(t, recorded.Send(t.Context(), hello()))
	var events []clm.Event
	for e, err := range log.Read(t.Context(), 0, 0) {
		require.NoError(t, err)
		events = append(events, e.Event)
	}
	require.Equal(t, []clm.Event{{
		ID: "contacted/a-1", Customer: "c-1", Kind: clm.Contacted, Time: now,
		Channel: "email", Purpose: "marketing", Decision: "a-1",
	}}, events)
}

func TestRecordedKeepsQuietAboutWhatWasNotSent(t *testing.T) {
	log := clm.NewMemory(&clm.MemoryOptions{Partitions: 1})
	down := errors.New("mail server is down")
	out := clm.OutboxFunc(func(context.Context, clm.Action) error { return down })
	require.ErrorIs(t, clm.Recorded(out, log).Send(t.Context(), hello()), down)
	for range log.Read(t.Context(), 0, 0) {
		t.Fatal("a contact that did not happen was recorded")
	}
}
