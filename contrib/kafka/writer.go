package kafka

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// batchCost is more than the bytes that Kafka puts around a record that is
// alone in its batch (61 of the batch and up to 40 of the record).
const batchCost = 512

// writer is the transactional producer of a log. After any failure it gives
// its client up and begins anew: the one state to reason about is the
// beginning. Whoever uses it holds the log's turn.
type writer struct {
	log      *Log
	seeds    []string
	maxBytes int // of one batch of records

	client *kgo.Client // nil before the first Append and after a failure
	id     int64       // the producer's latest id and epoch; -1 before the first
	epoch  int16
	fenced bool

	window *window
	next   []int64 // how far the window knows each partition; -1 at first
}

func newWriter(l *Log, seeds []string, maxBytes int) *writer {
	w := &writer{log: l, seeds: seeds, maxBytes: maxBytes, id: -1, epoch: -1}
	w.window = newWindow(l.topic.count, l.opts.Window)
	w.next = make([]int64, l.topic.count)
	for p := range w.next {
		w.next[p] = -1
	}
	return w
}

// ErrFenced is wrapped by the error of Append when another process has taken
// the appending over, or when the transaction stood still for so long that the
// cluster ended it. Nothing was written. It stays: the other one is the writer
// now, and taking over again is a decision, made by opening the log anew.
var ErrFenced = errors.New("another process appends to the topic now")

// ErrUncertain is wrapped by the error of Append when the cluster did not say
// whether it committed the events, and could not be asked. The same call
// finds out: it passes over what was written.
var ErrUncertain = errors.New("it is not known whether the events were written")

// ready begins, or begins anew after a failure.
func (w *writer) ready(ctx context.Context) error {
	if w.fenced {
		return ErrFenced
	}
	if w.client != nil {
		return nil
	}
	if err := w.confirm(ctx); err != nil {
		return err
	}
	client, err := kgo.NewClient(w.options()...)
	if err != nil {
		return err
	}
	if err := w.begin(ctx, client); err != nil {
		client.Close()
		return err
	}
	w.client = client
	return nil
}

// options are those of the producer. What decides whether events are lost or
// doubled comes last, so that no option of the host undoes it.
func (w *writer) options() []kgo.Opt {
	o := &w.log.opts
	return append(clientOptions(w.seeds, o.Timeout, o.Client),
		kgo.TransactionalID(o.TransactionalID),
		// The cluster ends a transaction later than the log gives it up.
		kgo.TransactionTimeout(o.Timeout+15*time.Second),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchMaxBytes(int32(min(w.maxBytes, math.MaxInt32))),
		// Sealed bytes do not get smaller.
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.ConcurrentTransactionsBackoff(5*time.Millisecond),
	)
}

// begin fences the process that appended before, which also decides its last
// transaction, and only then reads what it wrote: so the window is true.
func (w *writer) begin(ctx context.Context, client *kgo.Client) (err error) {
	id, epoch, err := client.ProducerID(ctx)
	if err != nil {
		return w.judge(err)
	}
	w.id, w.epoch = id, epoch
	return w.catchUp(ctx)
}

// append writes the entries in one transaction.
func (w *writer) append(ctx context.Context, entries []entry) error {
	err := w.produce(ctx, entries)
	if err != nil {
		w.drop()
		return w.judge(err)
	}
	// From here on breaking off would leave the caller in doubt.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.log.opts.Timeout)
	defer cancel()
	if err := w.client.EndTransaction(ctx, kgo.TryCommit); err != nil {
		w.drop()
		return w.settle(entries, w.judge(err))
	}
	for _, e := range entries {
		w.window.add(e.partition, e.event)
		w.reached(e.partition, e.record.Offset+1)
	}
	return nil
}

// produce begins a transaction and sends the records. When ctx ends it closes
// the client, since records in flight cannot be called back in another way.
func (w *writer) produce(ctx context.Context, entries []entry) (err error) {
	if w.id, w.epoch, err = w.client.ProducerID(ctx); err != nil {
		return err
	}
	if err := w.client.BeginTransaction(); err != nil {
		return err
	}
	client, closed := w.client, make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		client.Close()
	})
	records := make([]*kgo.Record, len(entries))
	for i := range entries {
		records[i] = entries[i].record
	}
	err = client.ProduceSync(ctx, records...).FirstErr()
	if !stop() {
		<-closed
		return errors.Join(err, ctx.Err())
	}
	return err
}

// settle finds out what became of a transaction whose commit failed: it makes
// the cluster decide it, by beginning anew, and reads whether the events are
// there. A transaction is whole, so one event tells.
func (w *writer) settle(entries []entry, why error) error {
	ctx, cancel := context.WithTimeout(context.Background(), w.log.opts.Timeout)
	defer cancel()
	decide := w.ready
	if w.fenced { // who fenced it decided it
		decide = w.catchUp
	}
	if err := decide(ctx); err != nil {
		return fmt.Errorf("%w: %w: %w", ErrUncertain, why, err)
	}
	if w.window.has(entries[0].event.ID) {
		return nil
	}
	return why
}

// judge recognises the errors of a producer that was fenced.
func (w *writer) judge(err error) error {
	if errors.Is(err, kerr.ProducerFenced) || errors.Is(err, kerr.InvalidProducerEpoch) {
		w.fenced = true
		return fmt.Errorf("%w: %w", ErrFenced, err)
	}
	return err
}

// reached notes how far a partition goes.
func (w *writer) reached(partition int, offset int64) {
	w.next[partition] = max(w.next[partition], offset)
	w.log.committed[partition].Store(w.next[partition])
}

// drop gives the client up, and with it a transaction that is open: the cluster
// ends that when the next one begins, or by its time.
func (w *writer) drop() {
	if w.client != nil {
		w.client.Close()
		w.client = nil
	}
}

// remember reads the events of a partition from an offset up to another one
// into the window. Erased ones are not remembered.
func (w *writer) remember(ctx context.Context, partition int, from, end int64) error {
	aside := func(_ context.Context, a *Aside) error {
		if errors.Is(a, ErrKey) {
			return a // another keyring: it would append what the readers cannot open
		}
		return nil // readers report it
	}
	for e, err := range w.log.reading(partition, aside).entries(ctx, clm.Position(from), end) {
		if err != nil {
			return err
		}
		w.window.add(partition, &e.Event)
	}
	w.reached(partition, end)
	return nil
}
