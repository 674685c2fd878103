package powercut

import (
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// locks are the locks that the open files of one content hold together, as
// https://sqlite.org/lockingv3.html has them.
type locks struct {
	shared   int
	reserved bool
	pending  bool
}

// lock raises the level of a file, or says that another file is in the way.
// When it wants to be exclusive and has to wait for readers, it stays pending.
func (l *locks) lock(held *vfs.LockLevel, want vfs.LockLevel) error {
	if *held >= want {
		return nil
	}
	switch want {
	case vfs.LOCK_SHARED:
		if l.pending {
			return sqlite3.BUSY
		}
		l.shared++
	case vfs.LOCK_RESERVED:
		if l.reserved {
			return sqlite3.BUSY
		}
		l.reserved = true
	case vfs.LOCK_EXCLUSIVE:
		if *held < vfs.LOCK_PENDING {
			if l.pending || *held < vfs.LOCK_RESERVED && l.reserved {
				return sqlite3.BUSY
			}
			l.reserved, l.pending = true, true
			*held = vfs.LOCK_PENDING
		}
		if l.shared > 1 {
			return sqlite3.BUSY
		}
	}
	*held = want
	return nil
}

func (l *locks) unlock(held *vfs.LockLevel, want vfs.LockLevel) {
	if *held <= want {
		return
	}
	if *held >= vfs.LOCK_RESERVED {
		l.reserved = false
	}
	if *held >= vfs.LOCK_PENDING {
		l.pending = false
	}
	if want < vfs.LOCK_SHARED {
		l.shared--
	}
	*held = want
}
