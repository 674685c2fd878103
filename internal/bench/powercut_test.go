package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/internal/progress"
)

func cutTaskOf(t *testing.T, args ...string) *cutTask {
	t.Helper()
	task, err := powercutFlags(args)
	require.NoError(t, err)
	return task
}

func cutCounts(t *testing.T, task *cutTask) cutCount {
	t.Helper()
	count, err := task.run(t.Context(), progress.New(nil))
	require.NoError(t, err)
	require.Equal(t, task.cuts, count.cuts)
	return count
}

// thinned is the flag for a number of cuts, or for a part of it under the race
// detector.
func thinned(cuts int) string { return fmt.Sprintf("-cuts=%d", cuts/cutsThinned) }

func TestPowerCutsLoseNothingThatWasAcknowledged(t *testing.T) {
	var sum cutCount
	for _, args := range [][]string{
		{thinned(150)},
		{thinned(75), "-sector", "512", "-seed", "2"},
		{thinned(75), "-writers", "4", "-seed", "3"},
	} {
		count := cutCounts(t, cutTaskOf(t, args...))
		assert.False(t, count.damaged(), "%v: %s", args, count.first)
		sum.add(&count)
	}
	for what, n := range map[string]int{
		"acknowledged": sum.acknowledged, "cuts in opening": sum.opening, "folds": sum.folds, "erasures": sum.erasures, "checkpoints": sum.checkpoints,
		"dropped": sum.survival.Dropped, "kept": sum.survival.Kept, "torn": sum.survival.Torn,
	} {
		assert.Positive(t, n, what)
	}
}

func TestTheControlsOfPowerCutsFail(t *testing.T) {
	for _, control := range []string{cutsUnsynced, cutsRelaxed, cutsDenied} {
		t.Run(control, func(t *testing.T) {
			cuts := thinned(100)
			if control == cutsDenied {
				cuts = "-cuts=100" // it takes some until one spoils a sector that is in use
			}
			task := cutTaskOf(t, cuts, "-control", control)
			count := cutCounts(t, task)
			assert.Positive(t, count.lost)
			assert.NotEmpty(t, count.first)
			require.NoError(t, task.verdict(count))
			switch control {
			case cutsUnsynced:
				assert.Positive(t, count.corrupt)
			case cutsRelaxed:
				assert.Zero(t, count.corrupt+count.half+count.doubled+count.disordered+count.profiles)
			}
			task.control = ""
			require.ErrorContains(t, task.verdict(count), count.first, "the durable mode may not lose that")
		})
	}
}

func TestTheSameSeedCutsTheSame(t *testing.T) {
	first := cutCounts(t, cutTaskOf(t, "-cuts", "30"))
	require.Equal(t, first, cutCounts(t, cutTaskOf(t, "-cuts", "30")))
	require.NotEqual(t, first, cutCounts(t, cutTaskOf(t, "-cuts", "30", "-seed", "9")))
}

func TestControlsThatFindNothingAreErrors(t *testing.T) {
	for _, control := range []string{cutsUnsynced, cutsRelaxed, cutsDenied, cutsAdmitted} {
		require.Error(t, (&cutTask{control: control}).verdict(cutCount{}), control)
	}
	require.NoError(t, (&cutTask{}).verdict(cutCount{}))
	for what, count := range map[string]cutCount{
		"lost": {lost: 1}, "doubled": {doubled: 1}, "out of order": {disordered: 1}, "half": {half: 1}, "corrupt": {corrupt: 1},
		"profiles": {profiles: 1}, "unfolded": {unfolded: 1}, "unerased": {unerased: 1}, "traces": {traces: 1}, "remnants": {remnants: 1},
	} {
		require.Error(t, (&cutTask{}).verdict(count), what)
	}
	require.Error(t, (&cutTask{control: cutsRelaxed}).verdict(cutCount{lost: 1, corrupt: 1}), "the relaxed mode may lose, and not damage")
}

func TestPowercutRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, args := range [][]string{{"-control", "on"}, {"-cuts", "0"}, {"-writers", "0"}, {"-sector", "100"}, {"-what"}} {
		_, err := powercutFlags(args)
		require.Error(t, err, args)
	}
}

func TestPowercutPrintsItsCounts(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"powercut", "-cuts", "40", "-control", "normal"}, &out))
	var result map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &result))
	for _, key := range []string{"method", "cuts", "acknowledged", "lost", "doubled", "out_of_order", "corrupt", "half_written", "wrong_profiles", "seconds"} {
		require.Contains(t, result, key)
	}
	require.Equal(t, 40.0, result["cuts"])
}

func cutIndex(t *testing.T) string {
	t.Helper()
	dir, err := indexFolder()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// worked is a shop that has worked for a while and was never cut, with its
// store open, and an erased customer of whom nothing is left.
func worked(t *testing.T) (*cutShop, *cutStore, string) {
	t.Helper()
	s := newCutShop(cutTaskOf(t), 0, cutIndex(t))
	s.begin()
	t.Cleanup(func() { vfs.Unregister(s.vfs) })
	store, err := s.open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = store.close() })
	w := s.writers[0]
	for range 60 {
		require.NoError(t, w.act(t.Context(), store, false))
	}
	for len(w.gone) == 0 || w.gone[len(w.gone)-1].remnants {
		w.leave()
		require.NoError(t, w.erase(t.Context(), store))
	}
	require.NoError(t, w.append(t.Context(), store))
	require.NoError(t, w.fold(t.Context(), store, false))
	found := s.check(t.Context(), store, nil)
	require.False(t, found.damaged(), found.first)
	return s, store, string(w.gone[len(w.gone)-1].id)
}

func TestTheCheckSeesEveryKindOfDamage(t *testing.T) {
	for _, c := range []struct {
		name string
		harm string // SQL; %s is an erased customer
		seen func(cutCount) int
	}{
		{"an event is gone", "DELETE FROM events WHERE key = (SELECT max(key) FROM events)", func(c cutCount) int { return c.lost }},
		{"half a batch is gone", "DELETE FROM events WHERE key % 2 = 0", func(c cutCount) int { return c.half }},
		{"an event is there twice", "INSERT INTO events (key, id, customer, body) SELECT key + 5000, id || 'x', customer, body FROM events LIMIT 1; UPDATE partitions SET last = last + 9000", func(c cutCount) int { return c.doubled }},
		{"the first event became the last", "UPDATE events SET key = (SELECT max(key) + 1 FROM events) WHERE key = (SELECT min(key) FROM events); UPDATE partitions SET last = last + 9000", func(c cutCount) int { return c.disordered }},
		{"events changed", `UPDATE events SET body = replace(body, '"web"', '"app"')`, func(c cutCount) int { return c.corrupt }},
		{"an event came from nowhere", "INSERT INTO events (key, id, customer, body) SELECT key + 5000, id || 'x', customer, replace(body, id, id || 'x') FROM events LIMIT 1; UPDATE partitions SET last = last + 9000", func(c cutCount) int { return c.corrupt }},
		{"an event cannot be read", "UPDATE events SET body = '{' WHERE key = (SELECT max(key) FROM events)", func(c cutCount) int { return c.corrupt }},
		{"a profile counts too much", `UPDATE profiles SET body = replace(body, '"count":', '"count":1')`, func(c cutCount) int { return c.profiles }},
		{"a profile is gone", "DELETE FROM profiles WHERE key = (SELECT max(key) FROM profiles)", func(c cutCount) int { return c.profiles }},
		{"a mark went back", "UPDATE marks SET position = position - 1", func(c cutCount) int { return c.unfolded }},
		{"an erased customer is back", "INSERT INTO events (key, id, customer, body) SELECT key + 5000, id || 'x', '%[1]s', replace(replace(body, id, id || 'x'), customer, '%[1]s') FROM events LIMIT 1; UPDATE partitions SET last = last + 9000", func(c cutCount) int { return c.unerased }},
		{"an erased customer is in the file", "CREATE TABLE other (name TEXT); INSERT INTO other VALUES ('%[1]s')", func(c cutCount) int { return c.traces }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, store, gone := worked(t)
			harm := c.harm
			if bytes.Contains([]byte(harm), []byte("%[1]s")) {
				harm = fmt.Sprintf(harm, gone)
			}
			_, err := store.pool.ExecContext(t.Context(), harm)
			require.NoError(t, err)
			found := s.check(t.Context(), store, nil)
			assert.Positive(t, c.seen(found), "%+v", found)
			assert.NotEmpty(t, found.first)
		})
	}
}

func TestADamagedPageIsSeen(t *testing.T) {
	s, store, _ := worked(t)
	require.NoError(t, store.checkpoint(context.Background(), "TRUNCATE"))
	require.NoError(t, store.close())
	f, _, err := s.disk.Open("shop.db", vfs.OPEN_READWRITE|vfs.OPEN_MAIN_DB)
	require.NoError(t, err)
	_, err = f.WriteAt(bytes.Repeat([]byte{0xff}, 4096), 5*4096)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	store, err = s.open(t.Context())
	defer func() { _ = store.close() }()
	found := s.check(t.Context(), store, err)
	require.Equal(t, 1, found.corrupt, "%+v", found)
}

func TestAStoreThatFailsWithThePowerOnIsAnError(t *testing.T) {
	s := newCutShop(cutTaskOf(t), 0, cutIndex(t))
	require.ErrorContains(t, func() error {
		s.begin()
		defer vfs.Unregister(s.vfs)
		s.options.Partitions = -1
		for {
			if err := s.life(t.Context()); err != nil {
				return err
			}
		}
	}(), "damage before the first cut")
}
