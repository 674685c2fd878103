package nats

import (
	"context"
	"encoding/json"
	"fmt"

	natsgo "github.com/nats-io/nats.go"
)

// What is pulled at once, at most: a thousand messages, and some 8 MB.
const (
	pullMessages = 1000
	pullBytes    = 8 << 20
)

// pull asks one consumer for messages, and checks that none is missing. Two
// requests are never under way at a time, but the next one is when the messages
// of the last are handed out.
type pull struct {
	conn    *natsgo.Conn
	subject string
	sub     *natsgo.Subscription
	asked   bool
	seen    uint64 // number that the consumer gave to the last message
}

// completed comes behind a full request, perhaps when the next is under way. The
// messages were counted already.
const completed = "Batch Completed"

// pullRequest is the body of a request to $JS.API.CONSUMER.MSG.NEXT.
type pullRequest struct {
	Batch    int  `json:"batch"`
	MaxBytes int  `json:"max_bytes"`
	NoWait   bool `json:"no_wait"`
}

func newPull(l *Log, consumer string) (*pull, error) {
	sub, err := l.conn.SubscribeSync(l.conn.NewInbox())
	if err != nil {
		return nil, err
	}
	subject := fmt.Sprintf("$JS.API.CONSUMER.MSG.NEXT.%s.%s", l.name, consumer)
	return &pull{conn: l.conn, subject: subject, sub: sub}, nil
}

func (p *pull) stop() { _ = p.sub.Unsubscribe() }

// ask requests messages, once.
func (p *pull) ask() error {
	if p.asked {
		return nil
	}
	body, err := json.Marshal(pullRequest{Batch: pullMessages, MaxBytes: pullBytes, NoWait: true})
	if err != nil {
		return err
	}
	p.asked = true
	return p.conn.PublishRequest(p.subject, p.sub.Subject, body)
}

// receive returns the messages of one request up to a sequence, none when the
// consumer's server has no more. After an error the consumer is of no
// use any more, but the messages that are returned with it are.
func (p *pull) receive(ctx context.Context, end uint64) ([]message, error) {
	if err := p.ask(); err != nil {
		return nil, err
	}
	var batch []message
	for len(batch) < pullMessages {
		m, err := p.sub.NextMsgWithContext(ctx)
		if err != nil {
			return batch, err
		}
		if status := m.Header.Get("Status"); status != "" && len(m.Data) == 0 {
			if m.Header.Get("Description") == completed {
				continue
			}
			p.asked = false
			return batch, p.status(status, m)
		}
		sequence, err := p.number(m)
		if err != nil {
			return batch, err
		}
		if sequence > end {
			return batch, nil
		}
		batch = append(batch, message{sequence: sequence, header: m.Header, data: m.Data})
		if sequence == end {
			return batch, nil
		}
	}
	p.asked = false
	return batch, p.ask()
}

// number reads a message's sequence in the stream, and checks that the consumer
// numbered it as the next.
func (p *pull) number(m *natsgo.Msg) (uint64, error) {
	meta, err := m.Metadata()
	if err != nil {
		return 0, err
	}
	if p.seen++; meta.Sequence.Consumer != p.seen {
		return 0, fmt.Errorf("message %d of the consumer instead of %d: %w", meta.Sequence.Consumer, p.seen, errAgain)
	}
	return meta.Sequence.Stream, nil
}

// status says whether the end of a request is an error.
func (p *pull) status(code string, m *natsgo.Msg) error {
	text := m.Header.Get("Description")
	switch {
	case code == "404", code == "408", code == "409" && text == "Message Size Exceeds MaxBytes":
		return nil
	case code == "503":
		return natsgo.ErrNoResponders
	}
	return fmt.Errorf("consumer: %s %s: %w", code, text, errAgain)
}
