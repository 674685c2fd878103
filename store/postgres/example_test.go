package postgres_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/vector"
	"github.com/jackc/pgx/v5"
)

// These examples need a server, so they are compiled and not run. What they show is
// tested.

func Example() {
	ctx := context.Background()
	db, err := postgres.Open(ctx, "postgres://shop@localhost/shop", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	err = db.Log().Append(ctx, clm.Event{
		ID: "e-1", Customer: "c-1", Kind: clm.Viewed, Item: "mug", Time: time.Now(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	profiles := db.Profiles("main")
	view := profile.NewView(profiles, profile.NewFolder(nil, nil))
	if _, err := clm.CatchUp(ctx, db.Log(), nil, view); err != nil {
		fmt.Println(err)
		return
	}
	p, err := profiles.Get(ctx, "c-1")
	fmt.Println(p.Count(clm.Viewed), err)
}

// Several processes run this. Each folds its share of the partitions, and takes over
// from one that has been silent for the TTL.
func ExampleDB_Leases() {
	var db *postgres.DB // from Open
	view := profile.NewView(db.Profiles("main"), profile.NewFolder(nil, nil))
	err := clm.Run(context.Background(), db.Log(), &clm.RunOptions{
		Leases: db.Leases(),
		Member: clm.Member{Group: "main", TTL: 30 * time.Second},
	}, view)
	fmt.Println(err)
}

func ExampleVectors_Search() {
	ctx := context.Background()
	var db *postgres.DB // from Open
	items, err := db.Vectors(ctx, "items", 384, &postgres.VectorOptions{Half: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	matches, err := items.Search(ctx, vector.Query{
		Vector: make([]float32, 384), // from an embedder
		K:      10,
		Filter: vector.Filter{{Attribute: "category", AnyOf: []string{"kitchen"}}},
	})
	fmt.Println(matches, err)
}

// A job marks itself done in the transaction that writes its result.
func ExampleProfiles_WriteTx() {
	ctx := context.Background()
	var conn *pgx.Conn
	var db *postgres.DB
	set := db.Profiles("rebuilt")
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		mark, err := set.Mark(ctx, 0) // before the events are read
		if err != nil {
			return err
		}
		p := profile.New("c-1")
		for e, err := range db.Log().History(ctx, "c-1") {
			if err != nil {
				return err
			}
			if err := profile.NewFolder(nil, nil).Fold(p, &e.Event); err != nil {
				return err
			}
		}
		if err := set.WriteTx(ctx, tx, mark.Revision, p); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE jobs SET done = true WHERE id = 7")
		return err
	})
	fmt.Println(err)
}
