package nats

import (
	"context"
	"crypto/rand"
	"fmt"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// filler is how many bytes push everything older out of the servers' Raft logs.
// A server drops what it has applied when that has grown to 8 MB. The first time
// may come at once, and leave the file of 4 MB that it has begun; the second
// time comes at most 16 MB later and leaves nothing but filler.
const filler = 24 << 20

// compact makes the servers drop what their Raft logs hold by now. They do so by
// themselves every two to three minutes, and there is no command for it, so the
// log writes random bytes, which cannot be compressed, to a subject that no
// partition reads, and purges them.
//
// A message that is agreed on and then refused would be cheaper. But one that
// wants to follow another message id (Nats-Expected-Last-Msg-Id) ends the stream
// on all of its servers in version 2.15.3.
func (l *Log) compact(ctx context.Context) error {
	subject := l.name + ".none.filler.none"
	data := make([]byte, l.part)
	for sent := 0; sent < filler; sent += len(data) {
		_, _ = rand.Read(data) // never fails
		err := l.persist(ctx, "compact", func(ctx context.Context) error {
			answer, err := l.conn.RequestMsgWithContext(ctx, &natsgo.Msg{Subject: subject, Data: data})
			if err != nil {
				return err
			}
			return readAck(answer.Data, &ack{})
		})
		if err != nil {
			return err
		}
	}
	err := l.persist(ctx, "compact", func(ctx context.Context) error {
		return l.stream.Purge(ctx, jetstream.WithPurgeSubject(subject))
	})
	if err != nil {
		return fmt.Errorf("%w: %s holds filler, the next erasure purges it", err, l.name)
	}
	return nil
}
