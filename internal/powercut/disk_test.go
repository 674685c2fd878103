package powercut_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/clmkit/clmkit/internal/powercut"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	require.TestingT
	Helper()
}

const (
	mainFile = vfs.OPEN_READWRITE | vfs.OPEN_CREATE | vfs.OPEN_MAIN_DB
	walFile  = vfs.OPEN_READWRITE | vfs.OPEN_CREATE | vfs.OPEN_WAL
)

func newDisk(seed uint64, o *powercut.Options) *powercut.Disk {
	return powercut.New(rand.NewPCG(seed, 0), o)
}

func open(t fataler, d *powercut.Disk, name string, flags vfs.OpenFlag) vfs.File {
	t.Helper()
	f, _, err := d.Open(name, flags)
	require.NoError(t, err)
	return f
}

func put(t fataler, f vfs.File, offset int64, b []byte) {
	t.Helper()
	n, err := f.WriteAt(b, offset)
	require.NoError(t, err)
	require.Equal(t, len(b), n)
}

// reboot closes the files, cuts the power and turns it on again.
func reboot(t fataler, d *powercut.Disk, files ...vfs.File) powercut.Survival {
	t.Helper()
	for _, f := range files {
		require.NoError(t, f.Close())
	}
	s, err := d.Reboot()
	require.NoError(t, err)
	return s
}

func content(t fataler, f vfs.File) []byte {
	t.Helper()
	size, err := f.Size()
	require.NoError(t, err)
	b := make([]byte, size)
	_, err = f.ReadAt(b, 0)
	require.NoError(t, err)
	return b
}

// saved returns a disk whose folder and WAL file hold some bytes for sure.
func saved(t fataler, seed uint64, o *powercut.Options, b []byte) (*powercut.Disk, vfs.File) {
	t.Helper()
	d := newDisk(seed, o)
	f := open(t, d, "a", walFile)
	put(t, f, 0, b)
	require.NoError(t, f.Sync(vfs.SYNC_FULL))
	return d, f
}

func TestASyncedFileSurvivesEveryCut(t *testing.T) {
	want := bytes.Repeat([]byte("x"), 5000)
	for seed := range uint64(200) {
		d, f := saved(t, seed, nil, want)
		require.Zero(t, reboot(t, d, f), "nothing was at stake")
		require.Equal(t, want, content(t, open(t, d, "a", walFile)))
	}
}

func TestAWriteThatWasNotSyncedIsKeptOrDroppedOrTorn(t *testing.T) {
	before, after := bytes.Repeat([]byte("x"), 2048), bytes.Repeat([]byte("y"), 2048)
	var sum powercut.Survival
	mixed := 0
	for seed := range uint64(500) {
		d, f := saved(t, seed, &powercut.Options{Sector: 512}, before)
		put(t, f, 0, after)
		s := reboot(t, d, f)
		require.Equal(t, 4, s.Kept+s.Dropped+s.Torn, "one piece for each sector")
		got := content(t, open(t, d, "a", walFile))
		require.Len(t, got, 2048)
		switch {
		case s.Kept == 4:
			require.Equal(t, after, got)
		case s.Dropped == 4:
			require.Equal(t, before, got)
		default:
			mixed++
		}
		sum.Add(s)
	}
	require.Positive(t, mixed)
	require.Greater(t, sum.Kept, 500)
	require.Greater(t, sum.Dropped, 500)
	require.Greater(t, sum.Torn, 50)
}

func TestAFileThatGrewMayHaveItsSizeWithoutItsContent(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(500) {
		d, f := saved(t, seed, nil, []byte("x"))
		put(t, f, 1, []byte("yyy"))
		s := reboot(t, d, f)
		switch got := content(t, open(t, d, "a", walFile)); {
		case s.Torn > 0:
			seen["torn"] = true
		case len(got) == 1:
			seen["short"] = true
		case string(got) == "xyyy":
			seen["kept"] = true
		case string(got) == "x\x00\x00\x00":
			seen["zeros"] = true
		default:
			seen["noise"] = true
		}
	}
	require.Equal(t, map[string]bool{"torn": true, "short": true, "kept": true, "zeros": true, "noise": true}, seen)
}

func TestATruncationThatWasNotSyncedMayNotHappen(t *testing.T) {
	sizes := map[int]int{}
	for seed := range uint64(200) {
		d, f := saved(t, seed, nil, []byte("four"))
		require.NoError(t, f.Truncate(1))
		reboot(t, d, f)
		sizes[len(content(t, open(t, d, "a", walFile)))]++
	}
	require.Len(t, sizes, 2)
	require.Positive(t, sizes[1])
	require.Positive(t, sizes[4])
}

func TestATornWriteSpoilsItsNeighboursOnlyWhereTheDiskGarbles(t *testing.T) {
	for _, garbles := range []bool{false, true} {
		spoilt := 0
		for seed := range uint64(500) {
			d, f := saved(t, seed, &powercut.Options{Sector: 512, Garbles: garbles}, bytes.Repeat([]byte("x"), 1024))
			put(t, f, 100, []byte("yyyy"))
			reboot(t, d, f)
			got := content(t, open(t, d, "a", walFile))
			require.Equal(t, bytes.Repeat([]byte("x"), 512), got[512:], "the next sector")
			if !bytes.Equal(got[:100], bytes.Repeat([]byte("x"), 100)) || !bytes.Equal(got[104:512], bytes.Repeat([]byte("x"), 408)) {
				spoilt++
			}
		}
		require.Equal(t, garbles, spoilt > 0)
	}
}

func TestANameIsSafeOnceTheFolderWasSynced(t *testing.T) {
	there := func(d *powercut.Disk, name string) bool {
		ok, err := d.Access(name, vfs.ACCESS_EXISTS)
		require.NoError(t, err)
		return ok
	}
	for _, c := range []struct {
		name string
		play func(d *powercut.Disk) // something about "a", beside a journal that is safe
		may  []bool                 // whether "a" is there after the cut
	}{
		{"a file that was never synced may be gone", func(d *powercut.Disk) {
			require.NoError(t, open(t, d, "a", mainFile).Close())
		}, []bool{false, true}},
		{"the sync of a database saves no name", func(d *powercut.Disk) {
			f := open(t, d, "a", mainFile)
			require.NoError(t, f.Sync(vfs.SYNC_FULL))
			require.NoError(t, f.Close())
		}, []bool{false, true}},
		{"the first sync of a WAL saves the name of everything", func(d *powercut.Disk) {
			f, w := open(t, d, "a", mainFile), open(t, d, "a-wal", walFile)
			require.NoError(t, w.Sync(vfs.SYNC_FULL))
			require.NoError(t, f.Close())
			require.NoError(t, w.Close())
		}, []bool{true}},
		{"a deletion may not have happened", func(d *powercut.Disk) {
			f := open(t, d, "a", walFile)
			require.NoError(t, f.Sync(vfs.SYNC_FULL))
			require.NoError(t, f.Close())
			require.NoError(t, d.Delete("a", false))
		}, []bool{false, true}},
		{"a deletion that syncs the folder happened", func(d *powercut.Disk) {
			f := open(t, d, "a", walFile)
			require.NoError(t, f.Sync(vfs.SYNC_FULL))
			require.NoError(t, f.Close())
			require.NoError(t, d.Delete("a", true))
		}, []bool{false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := map[bool]bool{}
			for seed := range uint64(100) {
				d := newDisk(seed, nil)
				c.play(d)
				reboot(t, d)
				seen[there(d, "a")] = true
			}
			want := map[bool]bool{}
			for _, b := range c.may {
				want[b] = true
			}
			require.Equal(t, want, seen)
		})
	}
}

func TestADeletedFileThatReturnsHasItsContent(t *testing.T) {
	returned := 0
	for seed := range uint64(100) {
		d, f := saved(t, seed, nil, []byte("old"))
		require.NoError(t, f.Close())
		require.NoError(t, d.Delete("a", false))
		f = open(t, d, "a", walFile)
		put(t, f, 0, []byte("newer"))
		reboot(t, d, f)
		if there, _ := d.Access("a", vfs.ACCESS_EXISTS); !there {
			continue
		}
		f = open(t, d, "a", walFile)
		if got := content(t, f); len(got) == 3 && string(got) == "old" {
			returned++
		}
	}
	require.Positive(t, returned)
}

func TestAfterTheCutEverythingFailsUntilTheReboot(t *testing.T) {
	d, f := saved(t, 1, nil, []byte("x"))
	d.CutAfter(3)
	put(t, f, 0, []byte("1"))
	require.NoError(t, f.Sync(vfs.SYNC_FULL))
	require.False(t, d.Off())
	before := d.Changes()
	_, err := f.WriteAt([]byte("2"), 0)
	require.ErrorIs(t, err, powercut.ErrOff)
	require.True(t, d.Off())
	require.Equal(t, before+1, d.Changes())
	for name, try := range map[string]func() error{
		"write":    func() error { _, err := f.WriteAt([]byte("3"), 0); return err },
		"read":     func() error { _, err := f.ReadAt(make([]byte, 1), 0); return err },
		"truncate": func() error { return f.Truncate(0) },
		"sync":     func() error { return f.Sync(vfs.SYNC_FULL) },
		"size":     func() error { _, err := f.Size(); return err },
		"lock":     func() error { return f.Lock(vfs.LOCK_SHARED) },
		"reserved": func() error { _, err := f.CheckReservedLock(); return err },
		"open":     func() error { _, _, err := d.Open("a", walFile); return err },
		"create":   func() error { _, _, err := d.Open("b", walFile); return err },
		"delete":   func() error { return d.Delete("a", true) },
		"access":   func() error { _, err := d.Access("a", vfs.ACCESS_EXISTS); return err },
	} {
		require.ErrorIs(t, try(), powercut.ErrOff, name)
	}
	_, err = d.Reboot()
	require.ErrorContains(t, err, "1 files are open")
	reboot(t, d, f)
	require.False(t, d.Off())
	require.Len(t, content(t, open(t, d, "a", walFile)), 1)
}

func TestACutCanComeAtARead(t *testing.T) {
	d, f := saved(t, 1, nil, []byte("x"))
	d.CutAfterAny(3)
	put(t, f, 0, []byte("1"))
	_, err := f.Size()
	require.NoError(t, err)
	_, err = f.ReadAt(make([]byte, 1), 0)
	require.ErrorIs(t, err, powercut.ErrOff)
	require.True(t, d.Off())
}

func TestAPlannedCutCanBeTakenBack(t *testing.T) {
	d, f := saved(t, 1, nil, []byte("x"))
	d.CutAfter(1)
	d.CutAfterAny(1)
	d.CutAfter(0)
	d.CutAfterAny(0)
	put(t, f, 0, []byte("1"))
	d.Cut()
	require.True(t, d.Off())
}

func TestFilesAreFoundCreatedAndRefusedAsAsked(t *testing.T) {
	d := newDisk(1, nil)
	_, _, err := d.Open("a", vfs.OPEN_READWRITE|vfs.OPEN_MAIN_DB)
	require.ErrorIs(t, err, sqlite3.CANTOPEN)
	require.ErrorIs(t, d.Delete("a", true), sqlite3.IOERR_DELETE_NOENT)
	f := open(t, d, "a", mainFile)
	put(t, f, 2, []byte("x"))
	_, _, err = d.Open("a", mainFile|vfs.OPEN_EXCLUSIVE)
	require.ErrorIs(t, err, sqlite3.CANTOPEN)
	again := open(t, d, "a", vfs.OPEN_READWRITE|vfs.OPEN_MAIN_DB)
	require.Equal(t, []byte("\x00\x00x"), content(t, again))
	n, err := again.ReadAt(make([]byte, 5), 1)
	require.Equal(t, 2, n)
	require.ErrorIs(t, err, io.EOF)
	temp := open(t, d, "", vfs.OPEN_READWRITE|vfs.OPEN_CREATE|vfs.OPEN_TEMP_JOURNAL)
	put(t, temp, 0, []byte("x"))
	require.NoError(t, temp.Close())
	require.Equal(t, int64(2), d.Changes(), "a temporary file is not on the disk")
}

func TestTheSameSeedGivesTheSameSurvivors(t *testing.T) {
	play := func(seed uint64) (string, powercut.Survival) {
		d := newDisk(seed, &powercut.Options{Sector: 512})
		var all bytes.Buffer
		var sum powercut.Survival
		for i := range 20 {
			names := []string{"a", "b", "c"}
			var files []vfs.File
			for _, name := range names {
				f := open(t, d, name, walFile)
				files = append(files, f)
				put(t, f, int64(i*100), bytes.Repeat([]byte{byte(i)}, 1500))
				if i%3 == 0 {
					require.NoError(t, f.Sync(vfs.SYNC_FULL))
				}
			}
			sum.Add(reboot(t, d, files...))
			for _, name := range names {
				if there, _ := d.Access(name, vfs.ACCESS_EXISTS); there {
					f := open(t, d, name, walFile)
					fmt.Fprintf(&all, "%s %x\n", name, content(t, f))
					require.NoError(t, f.Close())
				}
			}
		}
		return all.String(), sum
	}
	bytesA, countA := play(7)
	bytesB, countB := play(7)
	require.Equal(t, bytesA, bytesB)
	require.Equal(t, countA, countB)
	other, _ := play(8)
	require.NotEqual(t, bytesA, other)
}

// TestWhatWasSyncedAndNotTouchedSinceIsThere is the law of the disk: whatever is
// done to a file, the bytes that the last sync saved are there after a cut,
// unless a later change was about them, or about their sector where the disk
// garbles.
func TestWhatWasSyncedAndNotTouchedSinceIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := powercut.Options{Sector: rapid.SampledFrom([]int{512, 4096}).Draw(t, "sector"), Garbles: rapid.Bool().Draw(t, "garbles")}
		d, f := saved(t, rapid.Uint64().Draw(t, "seed"), &o, []byte("x"))
		live := []byte("x")
		safe := []byte("x")
		touched := map[int]bool{}
		shortest := len(safe)
		for range rapid.IntRange(0, 20).Draw(t, "changes") {
			switch rapid.IntRange(0, 4).Draw(t, "change") {
			case 0:
				require.NoError(t, f.Sync(vfs.SYNC_NORMAL))
				safe, touched, shortest = bytes.Clone(live), map[int]bool{}, len(live)
			case 1:
				n := rapid.IntRange(0, 9000).Draw(t, "size")
				require.NoError(t, f.Truncate(int64(n)))
				live = grown(live, n)[:n]
				shortest = min(shortest, n)
			default:
				offset, n := rapid.IntRange(0, 9000).Draw(t, "offset"), rapid.IntRange(1, 5000).Draw(t, "length")
				b := bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, n)
				put(t, f, int64(offset), b)
				live = grown(live, offset+n)
				copy(live[offset:], b)
				from, to := offset, offset+n
				if o.Garbles {
					from, to = from/o.Sector*o.Sector, (to+o.Sector-1)/o.Sector*o.Sector
				}
				for i := from; i < to; i++ {
					touched[i] = true
				}
			}
			require.Equal(t, live, content(t, f), "what programs see")
		}
		reboot(t, d, f)
		got := content(t, open(t, d, "a", walFile))
		require.GreaterOrEqual(t, len(got), min(shortest, len(safe)))
		for i := range min(shortest, len(safe)) {
			if !touched[i] && got[i] != safe[i] {
				t.Fatalf("byte %d is %d, and %d was synced", i, got[i], safe[i])
			}
		}
	})
}

func grown(b []byte, n int) []byte {
	if n <= len(b) {
		return b
	}
	return append(b, make([]byte, n-len(b))...)
}

func TestLocksKeepOthersOut(t *testing.T) {
	const none, shared, reserved, exclusive = vfs.LOCK_NONE, vfs.LOCK_SHARED, vfs.LOCK_RESERVED, vfs.LOCK_EXCLUSIVE
	for _, c := range []struct {
		name       string
		held, want vfs.LockLevel
		busy       bool
	}{
		{"two files share", shared, shared, false},
		{"one reserves beside a reader", shared, reserved, false},
		{"two do not reserve", reserved, reserved, true},
		{"one reads beside a reservation", reserved, shared, false},
		{"nobody reads beside an exclusive lock", exclusive, shared, true},
		{"nobody writes beside a reader", shared, exclusive, true},
		{"a released lock is no obstacle", none, exclusive, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDisk(1, nil)
			a, b := open(t, d, "a", mainFile), open(t, d, "a", mainFile)
			require.NoError(t, climb(a, max(c.held, shared)))
			require.NoError(t, a.Unlock(min(c.held, shared)))
			require.NoError(t, climb(a, c.held))
			err := climb(b, c.want)
			if !c.busy {
				require.NoError(t, err)
				require.Equal(t, c.want, b.(vfs.FileLockState).LockState())
				return
			}
			require.ErrorIs(t, err, sqlite3.BUSY)
			taken, err := b.CheckReservedLock()
			require.NoError(t, err)
			require.Equal(t, c.held >= reserved || c.want == exclusive, taken)
			require.NoError(t, a.Close())
			require.NoError(t, climb(b, c.want))
		})
	}
}

func TestAWriterThatWaitsLetsNoNewReaderIn(t *testing.T) {
	d := newDisk(1, nil)
	a, b, c := open(t, d, "a", mainFile), open(t, d, "a", mainFile), open(t, d, "a", mainFile)
	require.NoError(t, climb(a, vfs.LOCK_SHARED))
	require.ErrorIs(t, climb(b, vfs.LOCK_EXCLUSIVE), sqlite3.BUSY)
	require.ErrorIs(t, climb(c, vfs.LOCK_SHARED), sqlite3.BUSY)
	require.NoError(t, a.Unlock(vfs.LOCK_NONE))
	require.NoError(t, b.Lock(vfs.LOCK_EXCLUSIVE))
	require.NoError(t, b.Unlock(vfs.LOCK_NONE))
	require.NoError(t, climb(c, vfs.LOCK_SHARED))
}

// climb takes the locks up to a level, as SQLite does.
func climb(f vfs.File, level vfs.LockLevel) error {
	for _, l := range []vfs.LockLevel{vfs.LOCK_SHARED, vfs.LOCK_RESERVED, vfs.LOCK_EXCLUSIVE} {
		if l > level {
			break
		}
		if err := f.Lock(l); err != nil {
			return err
		}
	}
	return nil
}
