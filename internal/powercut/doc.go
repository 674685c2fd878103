// Package powercut is a disk in memory that loses its power. It is a VFS for
// github.com/ncruces/go-sqlite3, so that everything above the file system is
// what a shop ships: SQLite, the driver, the store.
//
//	disk := powercut.New(rand.NewPCG(1, 2), &powercut.Options{Index: dir})
//	vfs.Register("powercut", disk)
//	defer vfs.Unregister("powercut")
//	disk.CutAfter(17) // the 17th change from now on finds no power
//	// use file:shop.db?vfs=powercut until it fails, and close it
//	survival, err := disk.Reboot()
//
// # What a cut does
//
// Everything that was written since the last sync of its file is at the mercy
// of chance, sector by sector: it is there, it is not, or it is torn. Sectors
// are independent of each other; within a sector the later write wins, as it
// does on a drive. A file that grew may have its new size without its new
// content, and then holds zeros or noise there; a file that was cut short may
// have its old size. Files that were created or deleted since the last sync of
// the folder may be there or not, each by itself; several such changes of one
// name happen in their order, up to some point.
//
// A sync of a file saves its content and its size, and not its name. As with
// the VFS that the driver ships for Unix, the first sync of a journal or a WAL
// that was opened to be created saves the folder too, and so does a deletion
// that asks for it.
//
// # What the disk claims
//
// It claims no atomic writes, no safe appends and no order of writes. It claims
// powersafe overwrite, that a torn write leaves the bytes around it alone, if
// [Options.Powersafe] says so: the driver's own VFS always claims it. Whether it
// is true is up to [Options.Garbles]. A disk that claims it and garbles is the
// control for the tests that run on this one.
//
// Reads never fail while there is power: a sector that cannot be read back is
// not modelled, and neither is a disk that forgets what it said was synced.
package powercut
