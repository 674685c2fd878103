// Package kafka keeps the event log of clmkit in a Kafka topic, for shops whose
// events do not fit through one database, and reads topics that others write.
// It speaks to clusters of Kafka 2.7 or newer through franz-go.
//
//	log, err := kafka.Open(ctx, []string{"kafka-1:9092"}, "events", db.Keys(), &kafka.Options{Partitions: 16})
//	if err != nil {
//		return err
//	}
//	defer log.Close()
//	err = log.Append(ctx, events...)                 // one transaction, all or none
//	for entry, err := range log.Read(ctx, 3, after) { // committed events, in order
//		…
//	}
//	err = log.Erase(ctx, "customer-17")              // nobody can read them any more
//
// db.Keys() is the [Keyring] of store/sqlite or store/postgres.
//
// # Positions
//
// A partition of the topic is a partition of the log, chosen by
// [clm.PartitionOf] and not by Kafka's own hash. A position is a record's offset
// plus one; the markers of transactions make gaps. There is no consumer group
// and no committed offset: a position belongs into the transaction of what is
// derived (see [clm.View]).
//
// # Appending
//
// An Append is a Kafka transaction with all replicas in sync, so that it is all
// or none across partitions. Calls that come while one is under way share the
// next. Readers see what is committed.
//
// One process appends to a topic at a time. All use the same transactional id,
// which Kafka gives to the latest: the first Append of a process takes the
// appending over, and a process that stood still meanwhile, even in the middle
// of a transaction, gets [ErrFenced] and has written nothing. Opening and
// reading fences nobody. A process that lost its connection asks whether it is
// still the owner before it goes on.
//
// When a commit's answer is lost, the log makes the cluster decide the
// transaction, reads the topic, and knows. Only when the cluster cannot be
// reached for that either is the error [ErrUncertain], and the same call made
// later finds out.
//
// # Repeats
//
// Kafka has no ids. The log remembers those of the latest events of each
// partition, 10,000 unless [Options.Window] says otherwise, and reads them from
// the topic when it takes over; fencing makes sure that nobody else appends
// meanwhile. A retry, or a batch that a producer sends again after a crash, is
// passed over. What is repeated later than that is in the topic twice.
//
// So treat the topic as transport, and an SQL log as the record where doubles
// must not be: [Copy] brings a partition into any [clm.Log] of clmkit, which
// refuses repeats however old they are.
//
// # Erasure
//
// Records cannot be deleted one by one. Each event is therefore sealed, whole,
// with AES-256-GCM and a key of its customer. Neither keys nor headers of records
// are used. Erase forgets the key, and from then on readers of every process pass over the
// customer's events: nothing is cached, the keyring is asked once for each
// stretch that is read and once for each transaction. What stays until the topic's
// retention is a random number, sizes and times. A copy of the keyring in a backup
// undoes erasures made after it. A key that the keyring never gave out is
// [ErrKey], not an erasure: a wrong keyring is noticed.
//
// # Limits of a topic
//
// Retention that deletes entries before they were read is a [*GapError], never
// a silent jump. A position behind the end reads as nothing, as in every log; a
// topic that is deleted and made again while it is open is an error. An event that
// is larger than the topic's max.message.bytes is refused by itself, as a
// [*clm.FieldError], so that [clm.Ingest] sets it aside.
//
// [clm.Run] asks every [clm.RunOptions.Poll] whether there is more: [Log.Ends]
// makes that one request to each broker.
//
// # Topics of others
//
// [OpenSource] reads JSON events, or whatever its Decode understands, from a topic
// with any partitioner. A record that is not an event goes to Aside with its
// partition and position.
//
// # What the tests stand on
//
// The tests run against kfake, franz-go's cluster in the process, as it answers in
// the protocol of Kafka 2.7, 3.0 and the newest version; and against a real one
// when CLMKIT_TEST_KAFKA names its brokers ("host:port,host:port"). Three things
// only a real one shows: durability and replication, the short time between a
// commit's answer and its markers, and that Kafka refuses the epoch of an earlier
// owner that begins anew (kfake accepts it; a test answers in its place).
package kafka
