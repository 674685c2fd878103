package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// errKnown says that the stream has an event of the batch already.
var errKnown = errors.New("an event of the batch is known")

// staged is after how many bytes the log waits until the server has what was
// sent so far, so that a large batch does not overrun it.
const staged = 4 << 20

// ack is the server's answer to a batch.
type ack struct {
	Error    *jetstream.APIError `json:"error"`
	Sequence uint64              `json:"seq"`
	Batch    string              `json:"batch"`
	Count    int                 `json:"count"`
}

// publish sends the letters as one atomic batch and waits until it is stored.
// The protocol is that of ADR-50: a number on each message, and a commit on the
// last, which alone is answered.
func (l *Log) publish(ctx context.Context, letters []letter) error {
	var messages []*natsgo.Msg
	for i := range letters {
		messages = append(messages, letters[i].messages()...)
	}
	id, size := nuid.Next(), 0
	for i, m := range messages {
		m.Header[headerBatch] = []string{id}
		m.Header[headerSequence] = []string{strconv.Itoa(i + 1)}
		if i == len(messages)-1 {
			m.Header[headerCommit] = []string{"1"}
			return l.commitMessage(ctx, m, id, len(messages))
		}
		size += len(m.Data)
		send := l.conn.PublishMsg
		if size >= staged {
			send, size = l.stage(ctx), 0
		}
		if err := send(m); err != nil {
			return err
		}
	}
	return nil
}

// stage returns a function that sends a message and waits until the server put
// it with its batch.
func (l *Log) stage(ctx context.Context) func(*natsgo.Msg) error {
	return func(m *natsgo.Msg) error {
		answer, err := l.conn.RequestMsgWithContext(ctx, m)
		if err != nil || len(answer.Data) == 0 {
			return err
		}
		return readAck(answer.Data, &ack{})
	}
}

func (l *Log) commitMessage(ctx context.Context, m *natsgo.Msg, id string, count int) error {
	answer, err := l.conn.RequestMsgWithContext(ctx, m)
	if err != nil {
		return err
	}
	var a ack
	if err := readAck(answer.Data, &a); err != nil {
		return err
	}
	if a.Batch != id || a.Count != count || a.Sequence == 0 {
		return fmt.Errorf("the server stored %d messages of batch %q, not %d of %q", a.Count, a.Batch, count, id)
	}
	l.grew(a.Sequence)
	return nil
}

// readAck decodes an answer; what the server refused is an error.
func readAck(data []byte, a *ack) error {
	if err := json.Unmarshal(data, a); err != nil {
		return fmt.Errorf("answer of the server: %w", err)
	}
	switch {
	case a.Error == nil:
		return nil
	case a.Error.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence:
		return errKnown
	}
	return a.Error
}
