// Package river does work over all customers of a store/postgres database as jobs
// of River (github.com/riverqueue/river): it rebuilds profiles after the rules of
// folding have changed, and it scores churn. The customers are cut into ranges; a
// range is one job, and any number of processes share the jobs.
//
// The host has the River client, its queues and its migrations, and starts and
// stops it. This package gives it workers, and inserts jobs:
//
//	jobs, err := clmriver.New(ctx, pool, db, nil) // makes its own tables
//	rebuild := jobs.Rebuild(folder, "2026-11")    // the version of the folder
//	score := jobs.Score()
//	workers := river.NewWorkers()
//	err = errors.Join(clmriver.AddRebuild(workers, rebuild), clmriver.AddScore(workers, score))
//	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Workers: workers, Queues: queues})
//	err = client.Start(ctx)
//
//	err = rebuild.Plan(ctx, client, "v2")         // once, from any process
//	p, err := rebuild.Progress(ctx, "v2")         // 412,000 of 1,000,000 customers
//	profiles := db.Profiles("v2")                 // when p.Finished is set
//	err = clm.Run(ctx, db.Log(), nil, profile.NewView(profiles, folder))
//
//	err = score.Plan(ctx, client, "2026-11-27", clmriver.Scoring{Set: "v2", Model: model, At: now})
//	for risk, err := range score.Worst(ctx, "2026-11-27") { … }
//
// # What is done once
//
// A range has a cursor: the last customer that is done. A job reads the next few
// hundred customers ([Options.Chunk]), and writes what they come to and the
// cursor in one transaction. That of the last chunk completes the job as well, with
// JobCompleteTx, and that of the last range ends the run, or inserts the one job
// that does. So a process can be killed at any statement, and what it did is done
// and the rest is not. The cursor is compared before it is set: when two jobs
// have the same range, as after a wrong guess of River's about a job that is slow,
// each chunk is written by one of them.
//
// A job that is stopped in the middle, or runs into the client's JobTimeout, is
// snoozed and goes on with the cursor, without using up attempts, provided that it
// has written a chunk. After a SIGKILL River lets its jobs lie until
// RescueStuckJobsAfter, an hour unless the host says otherwise; [Rebuild.Resume]
// and [Score.Resume] do not wait for that.
//
// # A rebuild beside a log that goes on
//
// The plan notes where each partition of the log ends, and the jobs fold the
// events up to there, into a set of profiles that nothing else writes. When all
// ranges are done the marks of the new set are put there, and a view goes on from
// them with what has come since: the result is that of folding everything from
// the beginning. The set in use is not touched; which one a program reads is for
// the host to switch. A view that works on the new set too early makes the finishing
// job fail for good, with [ErrInUse].
//
// # Erasing
//
// [store/postgres.DB.Erase] works while jobs run: a chunk that was read before and
// would be written after an erasure is given up and read again, in smaller pieces
// while erasures are frequent. Risks are personal data in tables of this
// package, so give [clm.Erase] the [Score] too, behind the database. The ends and
// the cursor of a range are ids of customers: they are emptied when the range is
// closed, and stay in a run that is never finished until it is forgotten.
//
// # Cost
//
// Memory is that of a chunk of profiles for each worker, and of one page of events.
// No transaction lasts longer than writing a chunk, and no query has an OFFSET. A
// plan reads an index, not the events. On two cores of an AMD EPYC that also ran the
// server, and had five times as much other work as they could do, 100,000 customers
// of 10 events each were rebuilt at 1,900 to 2,100 customers a second and scored at
// 5,500, with three workers in one process of 50 MB:
//
//	go test -run - -bench . -benchtime 100000x
//
// At that rate a million customers take 9 minutes to rebuild and 3 to score. The
// rate was no smaller than that of 20,000 customers; a million has not been run.
// The ends of all the log's partitions are kept with the plan and read by each job.
//
// [store/postgres.DB.Erase]: https://pkg.go.dev/github.com/clmkit/clmkit/store/postgres#DB.Erase
package river
