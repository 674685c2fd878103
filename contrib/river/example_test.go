package river_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	clmriver "github.com/clmkit/clmkit/contrib/river"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// These examples need a server, so they are compiled and not run. What they show is
// tested.

// A worker process: its client, and our jobs among its own.
func Example() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, "postgres://shop@localhost/shop")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	db, err := postgres.New(ctx, pool, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	jobs, err := clmriver.New(ctx, pool, db, &clmriver.Options{Insert: river.InsertOpts{Queue: "nightly"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	workers := river.NewWorkers()
	err = errors.Join(
		clmriver.AddRebuild(workers, jobs.Rebuild(profile.NewFolder(nil, nil), "2026-11")),
		clmriver.AddScore(workers, jobs.Score()),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Workers: workers,
		Queues:  map[string]river.QueueConfig{"nightly": {MaxWorkers: 4}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.Start(ctx))
}

// Profiles with hours of another time zone, beside the set in use.
func ExampleRebuild() {
	ctx := context.Background()
	var db *postgres.DB
	var jobs *clmriver.Jobs
	var client *river.Client[pgx.Tx]
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	folder := profile.NewFolder(nil, &profile.FoldOptions{Location: berlin})
	rebuild := jobs.Rebuild(folder, "berlin")
	if err := rebuild.Plan(ctx, client, "v2"); err != nil {
		fmt.Println(err)
		return
	}
	p, err := rebuild.Progress(ctx, "v2")
	if err != nil || p.Finished.IsZero() {
		fmt.Println(p.CustomersDone, "of", p.Customers, err)
		return
	}
	fmt.Println(clm.Run(ctx, db.Log(), nil, profile.NewView(db.Profiles("v2"), folder)))
}

// The customers who are most likely to be lost, of all.
func ExampleScore() {
	ctx := context.Background()
	var jobs *clmriver.Jobs
	var client *river.Client[pgx.Tx]
	var model *churn.Model // from churn.Fit, or from JSON
	score := jobs.Score()
	err := score.Plan(ctx, client, "2026-11-27", clmriver.Scoring{Set: "main", Model: model, At: time.Now()})
	if err != nil {
		fmt.Println(err)
		return
	}
	for risk, err := range score.Worst(ctx, "2026-11-27") {
		if err != nil || risk.Probability < 0.8 {
			break
		}
		fmt.Println(risk.Customer, risk.Probability, risk.Reasons[0].Text)
	}
}
