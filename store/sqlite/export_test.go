package sqlite

// Hold keeps the writes of a DB waiting until it is released.
func Hold(db *DB) (release func()) {
	db.writer.turn <- struct{}{}
	return func() { <-db.writer.turn }
}

// Queued returns the number of writes that wait.
func Queued(db *DB) int {
	db.writer.mu.Lock()
	defer db.writer.mu.Unlock()
	return len(db.writer.queue)
}

// ClearSlack is clearSlack, for fuzzing.
var ClearSlack = clearSlack
