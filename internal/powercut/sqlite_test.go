package powercut_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/clmkit/clmkit/internal/powercut"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// damage is what cuts did to a table of SQLite.
type damage struct {
	acknowledged int // batches
	lost         int // cuts after which a batch was missing that was acknowledged
	half         int // cuts after which a batch was there in part
	corrupt      int // cuts after which SQLite found the file damaged
	survival     powercut.Survival
}

// table writes batches of rows into a table and cuts the power under them.
type table struct {
	disk    *powercut.Disk
	rng     *rand.Rand
	uri     string
	pragmas string
	next    int // the next batch
	known   int // batches that were acknowledged
	damage  damage
}

const batchRows = 20

// cutTable cuts the power a number of times. It begins with an empty disk after
// damage, and after so many cuts.
func cutTable(t *testing.T, cuts, each int, pragmas string, o powercut.Options) damage {
	t.Helper()
	o.Index = indexFolder(t)
	x := &table{rng: rand.New(rand.NewPCG(1, 2)), pragmas: pragmas}
	name := t.Name()
	t.Cleanup(func() { vfs.Unregister(name) })
	x.uri = "file:t.db?vfs=" + name
	for i := range cuts {
		if x.disk == nil || i%each == 0 {
			x.disk = powercut.New(rand.NewPCG(3, uint64(i)), &o)
			vfs.Register(name, x.disk)
			x.next, x.known = 0, 0
		}
		x.disk.CutAfter(1 + x.rng.IntN(1+x.rng.IntN(400)))
		x.write(t)
		s, err := x.disk.Reboot()
		require.NoError(t, err)
		x.damage.survival.Add(s)
		if !x.whole(t) {
			x.disk = nil
		}
	}
	return x.damage
}

// indexFolder is a folder in memory where there is one: it is what most of the
// time goes to otherwise.
func indexFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "powercut")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// write appends batches until the power fails.
func (x *table) write(t *testing.T) {
	c, err := sqlite3.Open(x.uri)
	if err != nil {
		require.True(t, x.disk.Off(), err)
		return
	}
	defer c.Close()
	err = c.Exec(x.pragmas + `; CREATE TABLE IF NOT EXISTS t (batch INTEGER, row INTEGER, text TEXT, PRIMARY KEY (row, batch)) WITHOUT ROWID`)
	for err == nil {
		err = c.Exec(fmt.Sprintf(`BEGIN IMMEDIATE; WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i+1 < %d)
			INSERT INTO t SELECT %d, i, hex(zeroblob(%d)) FROM n; COMMIT`, batchRows, x.next, x.rng.IntN(200)))
		if err == nil {
			x.next++
			x.known = x.next
			x.damage.acknowledged++
		}
		if err == nil && x.rng.IntN(10) == 0 {
			err = c.Exec(`PRAGMA wal_checkpoint(` + []string{"PASSIVE", "RESTART", "TRUNCATE"}[x.rng.IntN(3)] + `)`)
		}
	}
	require.True(t, x.disk.Off(), err)
	x.next++ // whether that batch is there will be seen
}

// whole checks what is there, counts the damage, and reports whether it is
// worth going on with the file.
func (x *table) whole(t *testing.T) bool {
	batches, err := x.batches()
	if err != nil {
		x.damage.corrupt++
		return false
	}
	half, lost := false, false
	for b := range max(x.known, x.next) {
		half = half || batches[b] != 0 && batches[b] != batchRows
		lost = lost || b < x.known && batches[b] == 0
	}
	if half {
		x.damage.half++
	}
	if lost {
		x.damage.lost++
	}
	if x.next > x.known && batches[x.next-1] == batchRows {
		x.known = x.next
	}
	x.next = x.known
	return !half && !lost
}

// batches returns the number of rows of each batch.
func (x *table) batches() (map[int]int, error) {
	c, err := sqlite3.Open(x.uri)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rows := map[int]int{}
	check, _, err := c.Prepare(`PRAGMA integrity_check`)
	if err != nil {
		return nil, err
	}
	defer check.Close()
	for check.Step() {
		if said := check.ColumnText(0); said != "ok" {
			return nil, fmt.Errorf("integrity check: %s", said)
		}
	}
	if err := check.Err(); err != nil {
		return nil, err
	}
	if err := c.Exec(x.pragmas + `; CREATE TABLE IF NOT EXISTS t (batch INTEGER, row INTEGER, text TEXT, PRIMARY KEY (row, batch)) WITHOUT ROWID`); err != nil {
		return nil, err
	}
	read, _, err := c.Prepare(`SELECT batch, count(*) FROM t GROUP BY batch`)
	if err != nil {
		return nil, err
	}
	defer read.Close()
	for read.Step() {
		rows[read.ColumnInt(0)] = read.ColumnInt(1)
	}
	return rows, read.Err()
}

func TestSQLiteKeepsItsPromisesOnThisDisk(t *testing.T) {
	const full = "PRAGMA journal_mode=wal; PRAGMA synchronous=full"
	honest := powercut.Options{Powersafe: true}
	for _, c := range []struct {
		name           string
		pragmas        string
		disk           powercut.Options
		each           int // cuts of one disk
		loses, damages bool
	}{
		{"wal full", full, honest, 25, false, false},
		{"wal full, small sectors", full, powercut.Options{Powersafe: true, Sector: 512}, 25, false, false},
		{"wal full, a disk that garbles and says so, cut once", full, powercut.Options{Garbles: true}, 1, false, false},
		{"wal full, a disk that garbles and says so, small sectors, cut once", full, powercut.Options{Garbles: true, Sector: 512}, 1, false, false},
		{"wal full, a disk that garbles and denies it", full, powercut.Options{Garbles: true, Powersafe: true}, 25, true, false},
		{"wal normal loses and stays whole", "PRAGMA journal_mode=wal; PRAGMA synchronous=normal", honest, 25, true, false},
		{"wal off damages", "PRAGMA journal_mode=wal; PRAGMA synchronous=off", honest, 25, true, true},
		{"rollback journal, extra", "PRAGMA journal_mode=delete; PRAGMA synchronous=extra", honest, 25, false, false},
		{"rollback journal, full, loses what the folder forgets", "PRAGMA journal_mode=delete; PRAGMA synchronous=full", honest, 25, true, false},
		{"rollback journal, off", "PRAGMA journal_mode=delete; PRAGMA synchronous=off", honest, 25, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := cutTable(t, 60, c.each, c.pragmas, c.disk)
			t.Logf("%+v", got)
			assert.Greater(t, got.acknowledged, 40)
			assert.Positive(t, got.survival.Dropped)
			assert.Positive(t, got.survival.Torn)
			assert.Equal(t, c.loses, got.lost > 0, "acknowledged batches are lost")
			assert.Equal(t, c.damages, got.corrupt+got.half > 0, "files are damaged")
		})
	}
}

// TestPaddingDoesNotOutliveACut is why a store cannot do without powersafe
// overwrite. Where it is missing, SQLite pads a commit to the end of its sector
// with a copy of the last frame, so that no later write is in a sector of the
// commit. Of the copy it syncs only what is in that sector; a cut may drop the
// rest. Recovery then goes on right behind the commit, in its sector, and the
// next cut may spoil it.
func TestPaddingDoesNotOutliveACut(t *testing.T) {
	for _, c := range []struct {
		disk  powercut.Options
		loses bool
	}{
		{powercut.Options{Garbles: true}, true},
		{powercut.Options{Garbles: true, Sector: 512}, true},
		{powercut.Options{Powersafe: true}, false},
		{powercut.Options{Powersafe: true, Sector: 512}, false},
	} {
		lost := 0
		for seed := range uint64(40) {
			first, second := cutTwice(t, seed, c.disk)
			require.Equal(t, 1, first, "the row after the first cut")
			lost += 1 - min(1, second)
		}
		assert.Equal(t, c.loses, lost > 0, "%+v: %d of 40", c.disk, lost)
	}
}

// cutTwice inserts a row, cuts the power once it is durable, and again while
// another row is being inserted. It returns the rows after each cut.
func cutTwice(t *testing.T, seed uint64, o powercut.Options) (first, second int) {
	t.Helper()
	o.Index = indexFolder(t)
	d := powercut.New(rand.NewPCG(seed, 0), &o)
	vfs.Register(t.Name(), d)
	defer vfs.Unregister(t.Name())
	connect := func() *sqlite3.Conn {
		c, err := sqlite3.Open("file:t.db?vfs=" + t.Name())
		require.NoError(t, err)
		require.NoError(t, c.Exec(`PRAGMA journal_mode=wal; PRAGMA synchronous=full; CREATE TABLE IF NOT EXISTS t (i)`))
		return c
	}
	cut := func(c *sqlite3.Conn) *sqlite3.Conn {
		d.Cut()
		_ = c.Close() // without power
		_, err := d.Reboot()
		require.NoError(t, err)
		return connect()
	}
	rows := func(c *sqlite3.Conn) (n int) {
		s, _, err := c.Prepare(`SELECT count(*) FROM t`)
		require.NoError(t, err)
		defer s.Close()
		require.True(t, s.Step())
		return s.ColumnInt(0)
	}
	c := connect()
	require.NoError(t, c.Exec(`INSERT INTO t VALUES (1)`))
	c = cut(c)
	first = rows(c)
	d.CutAfter(1 + int(seed%2)) // the header of the frame, or the page
	require.Error(t, c.Exec(`INSERT INTO t VALUES (2)`))
	c = cut(c)
	second = rows(c)
	require.NoError(t, c.Close())
	return first, second
}
