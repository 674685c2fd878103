package powercut

import (
	"net/url"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

var _ vfs.VFS = &Disk{}

// Open opens a file, and creates it if the flags say so. A file without a name
// is a temporary one that no cut has to survive: it is not on the disk.
func (d *Disk) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	if name == "" {
		return &vfsutil.SliceFile{}, flags | vfs.OPEN_MEMORY, nil
	}
	c, err := d.find(name, flags)
	if err != nil {
		return nil, flags, err
	}
	f := &file{disk: d, content: c}
	const journals = vfs.OPEN_MAIN_JOURNAL | vfs.OPEN_SUPER_JOURNAL | vfs.OPEN_WAL
	f.syncFolder = flags&vfs.OPEN_CREATE != 0 && flags&journals != 0
	if d.opts.Index != "" {
		path := filepath.Join(d.opts.Index, url.PathEscape(name)+"-shm")
		f.index = vfs.NewSharedMemory(path, flags)
	}
	return f, flags, nil
}

// find returns the content that a name stands for, and counts it as open.
func (d *Disk) find(name string, flags vfs.OpenFlag) (c *content, err error) {
	off := d.look(func() { c = d.live[name] })
	switch {
	case off != nil:
		return nil, off
	case c == nil && flags&vfs.OPEN_CREATE == 0:
		return nil, sqlite3.CANTOPEN
	case c != nil && flags&vfs.OPEN_EXCLUSIVE != 0:
		return nil, sqlite3.CANTOPEN
	case c == nil:
		c = &content{}
		if off := d.change(func() { d.enter(name, c) }, nil); off != nil {
			return nil, off
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open++
	return c, nil
}

// Delete deletes a file, and saves the folder if it is told to.
func (d *Disk) Delete(name string, syncFolder bool) error {
	there, err := d.Access(name, vfs.ACCESS_EXISTS)
	if err != nil {
		return err
	}
	if !there {
		return sqlite3.IOERR_DELETE_NOENT
	}
	return d.change(func() { d.enter(name, nil) }, func() {
		if syncFolder {
			d.syncFolder()
		}
	})
}

// Access reports whether a file exists. Every file can be read and written.
func (d *Disk) Access(name string, _ vfs.AccessFlag) (there bool, err error) {
	err = d.look(func() { _, there = d.live[name] })
	return there, err
}

// FullPathname returns the name: there is one folder.
func (d *Disk) FullPathname(name string) (string, error) { return name, nil }
