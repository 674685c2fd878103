// Package sqlite keeps everything that clmkit stores in one SQLite file: the
// log of events, the profiles and the events that they refused, the catalogue,
// vectors, exposures and leases. It needs no server and no C compiler.
//
//	db, err := sqlite.Open(ctx, "shop.db", nil)
//	if err != nil {
//		return err
//	}
//	defer db.Close()
//	if err := db.Log().Append(ctx, events...); err != nil {
//		return err
//	}
//	profiles := db.Profiles("")
//	view := profile.NewView(profiles, profile.NewFolder(catalogue, nil))
//	if _, err := clm.CatchUp(ctx, db.Log(), nil, view); err != nil {
//		return err
//	}
//	p, err := profiles.Get(ctx, "c-1")
//
// # What a write is worth
//
// A write that returned nil is on the disk. Writes of one process that wait for
// each other share a transaction and its one fsync; each is still all or nothing.
// See [Relaxed] for what less than that may lose. As all of SQLite, this rests on
// disks whose interrupted writes leave the bytes beside them alone (powersafe
// overwrite).
//
// # Several processes
//
// Any number of processes of one machine may have the file open. One writes at a
// time, the others wait up to [Options.Wait]; readers wait for nobody. No sequence
// that is being read holds a lock or a transaction between two elements. The folder
// must not be on a network file system.
//
// # Forgetting
//
// [DB.Erase] leaves no byte of a customer in the file or beside it. What SQLite
// deletes it overwrites, and what it leaves in the slack of pages when it moves
// rows is overwritten by this package. Copies that the host made of the file, and
// blocks that the file system or the drive gave up, are beyond it. The file does
// not shrink: see [DB.Compact].
package sqlite
