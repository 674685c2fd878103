package nats

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/clmkit/clmkit/clm"
	natsgo "github.com/nats-io/nats.go"
)

// Headers of a message. The server reads the first five, the log the last.
const (
	headerBatch    = "Nats-Batch-Id"
	headerSequence = "Nats-Batch-Sequence"
	headerCommit   = "Nats-Batch-Commit"
	headerExpected = "Nats-Expected-Last-Subject-Sequence"
	headerSubject  = "Nats-Expected-Last-Subject-Sequence-Subject"
	headerPart     = "Clm-Part" // "2/5": the second of five messages of an event
)

// A subject is stream.partition.event.customer, the last two as hashes: ids may
// hold any text, and a customer's id must not be readable in the servers' files
// and logs. 128 bits keep ids apart even where somebody makes them collide on
// purpose.
func token(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func (l *Log) partitionSubject(partition int) string {
	return l.name + "." + strconv.Itoa(partition) + ".>"
}

func (l *Log) customerSubject(customer clm.CustomerID) string {
	return l.name + "." + strconv.Itoa(clm.PartitionOf(customer, l.partitions)) + ".*." + token(string(customer))
}

// eventSubject matches an event's id, whatever its customer.
func (l *Log) eventSubject(id string) string {
	return l.name + ".*." + token(id) + ".*"
}

// maxPart is how much of an event one message holds at most. Smaller than what
// servers take, so that an event that one of them took can be read from all.
const maxPart = 512 << 10

// partSize returns how many bytes of an event fit into a message next to
// subject and headers, for which 4 KB are kept.
func partSize(maxPayload int64) int {
	return int(min(maxPart, maxPayload-4<<10))
}

// letter is an event on its way to the stream.
type letter struct {
	event    string // the event's id
	subject  string
	expected string // the subject that must not have a message yet
	parts    [][]byte
}

// letter encodes an event, in as many parts as it needs.
func (l *Log) letter(e *clm.Event) (letter, error) {
	whole, err := encode(*e)
	if err != nil {
		return letter{}, fmt.Errorf("nats: event %s: %w", e.ID, err)
	}
	partition := clm.PartitionOf(e.Customer, l.partitions)
	out := letter{
		event:    e.ID,
		subject:  l.name + "." + strconv.Itoa(partition) + "." + token(e.ID) + "." + token(string(e.Customer)),
		expected: l.eventSubject(e.ID),
	}
	for len(whole) > l.part {
		out.parts = append(out.parts, whole[:l.part])
		whole = whole[l.part:]
	}
	out.parts = append(out.parts, whole)
	if len(out.parts) > MaxMessages {
		return letter{}, fmt.Errorf("nats: event %s: takes %d messages of %d bytes, a batch has at most %d: raise max_payload of the servers",
			e.ID, len(out.parts), l.part, MaxMessages)
	}
	return out, nil
}

// messages returns the letter's messages. Only the first can carry the
// condition that the id is new; a batch is stored whole or not at all.
func (l *letter) messages() []*natsgo.Msg {
	out := make([]*natsgo.Msg, len(l.parts))
	for i, part := range l.parts {
		m := &natsgo.Msg{Subject: l.subject, Data: part, Header: natsgo.Header{}}
		if i == 0 {
			m.Header[headerExpected] = []string{"0"}
			m.Header[headerSubject] = []string{l.expected}
		}
		if len(l.parts) > 1 {
			m.Header[headerPart] = []string{fmt.Sprintf("%d/%d", i+1, len(l.parts))}
		}
		out[i] = m
	}
	return out
}

// encode writes an event as JSON. The time is written in UTC, because offsets
// with seconds, which local times before 1900 have, would change it.
func encode(e clm.Event) ([]byte, error) {
	e.Time = e.Time.UTC()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&e); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func decode(data []byte) (clm.Event, error) {
	var e clm.Event
	if err := json.Unmarshal(data, &e); err != nil {
		return clm.Event{}, fmt.Errorf("not an event: %w", err)
	}
	if e.ID == "" || e.Customer == "" {
		return clm.Event{}, fmt.Errorf("not an event: it has no id or no customer")
	}
	return e, nil
}

// partOf reads which part of how many a message is: 1 of 1 without the header.
func partOf(h natsgo.Header) (part, of int, err error) {
	text := h.Get(headerPart)
	if text == "" {
		return 1, 1, nil
	}
	a, b, _ := strings.Cut(text, "/")
	part, err = strconv.Atoi(a)
	if err == nil {
		of, err = strconv.Atoi(b)
	}
	if err != nil || part < 1 || of < part || of > MaxMessages {
		return 0, 0, fmt.Errorf("part %q of an event", text)
	}
	return part, of, nil
}
