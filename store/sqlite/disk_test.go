package sqlite_test

import (
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/store/sqlite"
)

// A disk is the operating system's files, with somebody who is asked before
// each thing that SQLite does to them: "read", "write", "truncate" or "sync" of a
// file. What is answered with an error fails.
type disk struct {
	vfs.VFS
	mu   sync.Mutex
	asks func(what, file string) error
}

// ask sets who is asked; nil is nobody.
func (d *disk) ask(f func(what, file string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asks = f
}

func (d *disk) may(what, file string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asks == nil {
		return nil
	}
	return d.asks(what, file)
}

func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(d.VFS, name, flags)
	if err != nil {
		return nil, flags, err
	}
	return &spiedFile{f, d, filepath.Base(name.String())}, flags, nil
}

// A spiedFile has no memory map, so that every read is seen.
type spiedFile struct {
	vfs.File
	disk *disk
	name string
}

func (f *spiedFile) SharedMemory() vfs.SharedMemory {
	return f.File.(vfs.FileSharedMemory).SharedMemory()
}

func (f *spiedFile) ReadAt(p []byte, off int64) (int, error) {
	if err := f.disk.may("read", f.name); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, off)
}

func (f *spiedFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.disk.may("write", f.name); err != nil {
		return 0, err
	}
	return f.File.WriteAt(p, off)
}

func (f *spiedFile) Truncate(size int64) error {
	if err := f.disk.may("truncate", f.name); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *spiedFile) Sync(flags vfs.SyncFlag) error {
	if err := f.disk.may("sync", f.name); err != nil {
		return err
	}
	return f.File.Sync(flags)
}

var _ io.Closer = &spiedFile{}

// newDisk registers a disk under the name of the test.
func newDisk(t *testing.T) (d *disk, name string) {
	t.Helper()
	name = strings.NewReplacer("/", "_", " ", "_").Replace(t.Name())
	d = &disk{VFS: vfs.Find("os")}
	vfs.Register(name, d)
	t.Cleanup(func() { vfs.Unregister(name) })
	return d, name
}

// openOn opens a file through a VFS.
func openOn(t *testing.T, vfsName, path string) *sqlite.DB {
	t.Helper()
	pool, err := driver.Open("file:" + path + "?vfs=" + vfsName)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	db, err := sqlite.New(t.Context(), pool, &sqlite.Options{Now: later})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() }) // what is checked is what it did before
	return db
}
