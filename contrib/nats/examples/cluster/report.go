package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// caughtUp waits until the profiles have taken in all that the log holds.
func caughtUp(ctx context.Context, l clm.Log, profiles profile.Store) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for p := 0; p < l.Partitions(); {
		mark, err := profiles.Mark(ctx, p)
		if err != nil {
			return err
		}
		more, err := grew(ctx, l, p, mark.Position)
		if err != nil {
			return err
		}
		if !more {
			p++
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// grew reports whether the log goes on after a position.
func grew(ctx context.Context, l clm.Log, partition int, after clm.Position) (bool, error) {
	for _, err := range l.Read(ctx, partition, after) {
		return true, err
	}
	return false, nil
}

// report compares every profile with the oracle's, byte by byte.
func report(ctx context.Context, w io.Writer, events []clm.Event, profiles profile.Store) error {
	oracle, _, err := profile.NewFolder(nil, nil).AsOf(clm.Sequence(events), time.Now())
	if err != nil {
		return err
	}
	equal, n := 0, 0
	for p, err := range profiles.All(ctx) {
		if err != nil {
			return err
		}
		got, err := json.Marshal(p)
		if err != nil {
			return err
		}
		want, err := json.Marshal(oracle[p.Customer])
		if err != nil {
			return err
		}
		if n++; string(got) == string(want) {
			equal++
		}
	}
	if equal != len(oracle) || n != len(oracle) {
		return fmt.Errorf("%d of %d profiles equal the oracle's %d", equal, n, len(oracle))
	}
	_, err = fmt.Fprintf(w, "every profile equals the oracle: %d of %d\n", equal, len(oracle))
	return err
}
