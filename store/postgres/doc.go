// Package postgres keeps everything that clmkit stores in one PostgreSQL
// database with pgvector: the log of events, profiles, items, vectors, exposures
// and leases.
//
//	db, err := postgres.Open(ctx, "postgres://shop@localhost/shop", nil)
//	if err != nil {
//		return err
//	}
//	defer db.Close()
//	view := profile.NewView(db.Profiles("main"), folder)
//	return clm.Run(ctx, db.Log(), &clm.RunOptions{
//		Leases: db.Leases(),
//		Member: clm.Member{Group: "main"},
//	}, view)
//
// Any number of processes can work on one database, and migrate it at the same
// time. Several shops can share one: see [Options.Tenant].
//
// # What is durable
//
// A write that returned nil is as durable as the server's commits are:
// synchronous_commit and fsync are the server's affair and are left alone. A
// write that returned an error wrote nothing, with one exception that no database
// can spare its clients: when the connection is lost while the answer to a COMMIT
// is under way, it may have been written. Every write can be repeated, so calling
// again is right in either case. Deadlocks and failed serializations (40P01,
// 40001) are tried again by the store itself, a few times, at random intervals.
//
// Transactions run at READ COMMITTED. Each locks the rows that decide, its
// partition or its mark, before it reads on, so it sees what was committed before
// it got the lock. At SERIALIZABLE or REPEATABLE READ its snapshot would be from
// before the wait, and every writer that had to wait would have to begin anew. A
// database that has a stricter level only is served as well.
//
// # Erasing
//
// [DB.Erase] removes a customer from every table in one transaction, and from
// then on no query of this package finds it. The bytes stay longer. A deleted row is
// in its table's file, and a sample of the values in the planner's statistics, until
// they are rewritten, which [DB.Vacuum] does. The write-ahead log has them until its
// segments are reused, and archives, replicas and backups for as long as those are
// kept. Those last are for the operator.
//
// # Other engines
//
// Tables are keyed by tenant first, so that Citus can distribute by it. There
// are no sequences, triggers, procedures, advisory locks, notifications,
// deferrable or exclusion constraints, and no recursive queries; a test reads
// every statement for them. What is PostgreSQL's own or pgvector's is in
// dialect.go. What has been run is PostgreSQL 15 with pgvector 0.8, which is the
// oldest that a search can do with.
package postgres
