package nats

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
)

func TestErrorsThatPass(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		passes bool
	}{
		"no leader":                        {&jetstream.APIError{ErrorCode: 10008}, true},
		"a batch with a gap":               {&jetstream.APIError{ErrorCode: 10176}, true},
		"the same id is under way":         {&jetstream.APIError{ErrorCode: 10164}, true},
		"the stream is gone":               {jetstream.ErrStreamNotFound, false},
		"the stream is full":               {&jetstream.APIError{ErrorCode: 10077}, false},
		"nobody answers":                   {fmt.Errorf("x: %w", natsgo.ErrNoResponders), true},
		"an attempt took too long":         {context.DeadlineExceeded, true},
		"the connection broke":             {&net.OpError{Op: "write", Err: syscall.EPIPE}, true},
		"the host closed the connection":   {natsgo.ErrConnectionClosed, false},
		"a message that is too large":      {natsgo.ErrMaxPayload, false},
		"something that nobody thought of": {errors.New("x"), false},
	} {
		require.Equal(t, c.passes, passing(c.err), name)
	}
}

func TestPersistence(t *testing.T) {
	for name, c := range map[string]struct {
		fails int // how often the call fails
		err   error
		want  error
	}{
		"a call that succeeds is made once":            {0, nil, nil},
		"a failure that passes is tried again":         {12, errAgain, nil},
		"patience ends":                                {1000, errAgain, errAgain},
		"a failure that stays is told at once":         {1, natsgo.ErrMaxPayload, natsgo.ErrMaxPayload},
		"an attempt that hangs is no end of the story": {3, context.DeadlineExceeded, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, calls, began := &Log{patience: 30 * time.Second}, 0, time.Now()
				err := l.persist(t.Context(), "try", func(ctx context.Context) error {
					if calls++; calls <= c.fails {
						return c.err
					}
					return nil
				})
				require.ErrorIs(t, err, c.want)
				require.LessOrEqual(t, time.Since(began), 31*time.Second)
				if c.want == nil {
					require.Equal(t, c.fails+1, calls)
				}
			})
		})
	}
}

func TestPersistenceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		l := &Log{patience: time.Hour}
		require.ErrorIs(t, l.persist(ctx, "try", func(context.Context) error { return errAgain }), context.DeadlineExceeded)
	})
}
