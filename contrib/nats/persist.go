package nats

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// How a call goes on while the cluster cannot answer: pauses grow from the
// first to the last, each drawn at random from its upper half.
const (
	firstPause = 20 * time.Millisecond
	lastPause  = time.Second
	// attempt is how long one attempt waits for an answer. A server that died
	// with a request says nothing.
	attempt = 5 * time.Second
)

// errAgain says that an answer was no failure, but not the last word either.
var errAgain = errors.New("not settled yet")

// persist tries until a call succeeds, fails for good, or Patience is over.
func (l *Log) persist(ctx context.Context, what string, call func(context.Context) error) error {
	end := time.Now().Add(l.patience)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		one, cancel := context.WithTimeout(ctx, attempt)
		err := call(one)
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("nats: %s: %w", what, ctx.Err())
		case !passing(err):
			return fmt.Errorf("nats: %s: %w", what, err)
		case time.Now().After(end):
			return fmt.Errorf("nats: %s: gave up after %v: %w", what, l.patience, err)
		}
		timer := time.NewTimer(pause/2 + rand.N(pause/2))
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Codes of the server's answers that another attempt may not get.
var passingCodes = map[jetstream.ErrorCode]bool{
	10004: true, // cluster incomplete
	10005: true, // no suitable peers for placement
	10008: true, // no leader
	10009: true, // not the leader
	10023: true, // insufficient resources
	10036: true, // the stream is offline
	10164: true, // another batch with the same id is under way
	10167: true, // too many requests
	10176: true, // a message of the batch was lost
	10210: true, // too many batches under way
}

// passing reports whether an error may not come again. Errors of a context are
// those of one attempt here: persist looks at the caller's first.
func passing(err error) bool {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return passingCodes[api.ErrorCode]
	}
	if _, ok := errors.AsType[*net.OpError](err); ok { // the connection broke in the middle of a message
		return true
	}
	for _, target := range []error{
		errAgain, context.DeadlineExceeded, natsgo.ErrTimeout, natsgo.ErrNoResponders, jetstream.ErrNoStreamResponse,
		natsgo.ErrDisconnected, natsgo.ErrConnectionReconnecting, natsgo.ErrReconnectBufExceeded, natsgo.ErrNoServers,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
