// Package nats is a [clm.Log] in a stream of NATS JetStream, for shops whose events come from many processes, or whose
// log has to survive the loss of a machine. [Open] makes the stream, replicated to three servers:
//
//	conn, err := natsgo.Connect("nats://a:4222,nats://b:4222,nats://c:4222", natsgo.MaxReconnects(-1))
//	if err != nil {
//		return err
//	}
//	log, err := nats.Open(ctx, conn, &nats.Options{Partitions: 64})
//	if err != nil {
//		return err
//	}
//	return clm.Run(ctx, log, nil, profile.NewView(profiles, folder))
//
// The servers have to be of version 2.12 or later; the tests run with three of 2.15.3 inside the program. JetStream
// carries the events, and what is derived from them is kept elsewhere, together with the position up to which it was
// read (see [clm.View]). The servers are never told what was read, so nothing depends on an acknowledgement.
//
// # What holds
//
//   - An Append of up to [MaxMessages] messages and [MaxBytes] is added all or none, over all partitions: it is one
//     atomic batch. An event of up to 512 KB of JSON is one message, a longer one takes one for each 512 KB. What a larger
//     Append may leave behind after an error is said at [Log.Append].
//   - An id is kept once, for as long as its event is in the stream. Each event has a subject of its own, and the servers
//     store it on the condition that no message has that id. A batch that is sent again after hours, or that a stalled
//     process sends after another one took over, changes nothing. Message ids (Nats-Msg-Id) are not used:
//     servers remember them for two minutes.
//   - The events of a customer are read in the order in which Appends added them. Two Appends at the same time have no
//     order between them; a caller who waits for the first before the second has one, also over retries.
//   - Nothing that an Append of the same Log acknowledged is missing from a Read that begins later, whoever leads the
//     servers by then.
//   - While the cluster elects a leader, or the connection finds another server, calls go on trying for Options.Patience.
//     An error after that leaves open whether the last batch was stored; the same Append again settles it.
//   - [Log.Erase] overwrites a customer's messages in the files of every server, and fails when one is absent. The copies
//     in the Raft logs of the servers go when the servers drop those, which they do by themselves in the moments after
//     Erase returned; one that is killed in these moments does it within three minutes after its return.
//
// # What does not
//
//   - Acknowledged means that a majority of the servers has handed the events to its operating system. Servers that are
//     killed lose nothing. Power that fails for a majority at the same moment can take the last two minutes, unless
//     sync_interval is set to always in the servers' configuration.
//   - A server that was restored from an old copy of its disk, or down during an erasure that somebody forced by removing
//     it from the cluster, still has what was erased.
//   - A limit of age or size that an operator puts on the stream ends what was said about ids and about reading from the
//     beginning. A stream that is full refuses events; it never drops old ones for them.
//   - [Log.Changed] hears of the Appends of its own Log only. The Log is no [clm.Ender]: the servers have no index of the
//     last message of a partition, and look through all its subjects to tell.
//   - A message that another program published to the subjects of the stream, and that is no event, is an error of Read until
//     it is deleted.
//
// # What it costs
//
// A server keeps the subject of every event in memory, some 0.3 KB for each (go test -bench ServerMemory). A stream
// of 10 million events takes 3 GB of each server; beyond that it is better cut by age, with a SQL log as the record.
// An Append whose ids are all known costs a look-up for each of them.
//
// # The record in SQL
//
// Where the stream is only the way into a database, copy it there, partition by partition, and let the views read
// the copy. Logs of the same number of partitions hold the same events in the same partitions, and ignore ids that they
// have, so that the copy can start over at any time:
//
//	for entry, err := range log.Read(ctx, partition, copied) {
//		if err != nil {
//			return err
//		}
//		if err := record.Append(ctx, entry.Event); err != nil { // in batches, in earnest
//			return err
//		}
//		copied = entry.Position // may be lost: it only saves time
//	}
//
// [clm.Log]: https://pkg.go.dev/github.com/clmkit/clmkit/clm#Log
// [clm.View]: https://pkg.go.dev/github.com/clmkit/clmkit/clm#View
// [clm.Ender]: https://pkg.go.dev/github.com/clmkit/clmkit/clm#Ender
package nats
