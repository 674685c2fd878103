package powercut

import (
	"io"
	"slices"

	"github.com/ncruces/go-sqlite3/vfs"
)

// file is an open file of a disk.
type file struct {
	disk       *Disk
	content    *content
	index      vfs.SharedMemory // nil without WAL
	level      vfs.LockLevel
	syncFolder bool // the next sync saves the folder too
	closed     bool
}

var (
	_ vfs.FileSharedMemory = &file{}
	_ vfs.FileLockState    = &file{}
)

// Close closes the file, with or without power.
func (f *file) Close() error {
	if f.index != nil {
		_ = f.index.Close() // nothing in it has to survive
	}
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if !f.closed {
		f.closed = true
		f.content.locks.unlock(&f.level, vfs.LOCK_NONE)
		f.disk.open--
	}
	return nil
}

func (f *file) ReadAt(p []byte, offset int64) (n int, err error) {
	err = f.disk.look(func() {
		if offset < int64(len(f.content.live)) {
			n = copy(p, f.content.live[offset:])
		}
	})
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

func (f *file) WriteAt(p []byte, offset int64) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	err := f.disk.change(func() {
		f.content.change(write{int(offset), slices.Clone(p)})
	}, nil)
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

func (f *file) Truncate(size int64) error {
	return f.disk.change(func() { f.content.change(write{offset: int(size)}) }, nil)
}

// Sync saves everything that was written to the file, whichever open file wrote
// it.
func (f *file) Sync(vfs.SyncFlag) error {
	return f.disk.change(nil, func() {
		f.content.sync()
		if f.syncFolder {
			f.syncFolder = false
			f.disk.syncFolder()
		}
	})
}

func (f *file) Size() (size int64, err error) {
	err = f.disk.look(func() { size = int64(len(f.content.live)) })
	return size, err
}

func (f *file) Lock(level vfs.LockLevel) (err error) {
	if off := f.disk.look(func() { err = f.content.locks.lock(&f.level, level) }); off != nil {
		return off
	}
	return err
}

// Unlock works without power, as the end of a process does.
func (f *file) Unlock(level vfs.LockLevel) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.content.locks.unlock(&f.level, level)
	return nil
}

func (f *file) CheckReservedLock() (reserved bool, err error) {
	err = f.disk.look(func() { reserved = f.content.locks.reserved })
	return reserved, err
}

func (f *file) LockState() vfs.LockLevel { return f.level }

func (f *file) SectorSize() int { return f.disk.opts.Sector }

// DeviceCharacteristics claims what the driver's own VFS claims, powersafe
// overwrite only if it was asked to. Subpage reads are no matter of power: any
// stretch of a file can be read.
func (f *file) DeviceCharacteristics() vfs.DeviceCharacteristic {
	claims := vfs.IOCAP_SUBPAGE_READ
	if f.disk.opts.Powersafe {
		claims |= vfs.IOCAP_POWERSAFE_OVERWRITE
	}
	return claims
}

func (f *file) SharedMemory() vfs.SharedMemory { return f.index }
