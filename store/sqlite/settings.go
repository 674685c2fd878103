package sqlite

import (
	"fmt"
	"time"
)

// Sync says when a write counts as written.
type Sync string

const (
	// Durable makes each write reach the disk before it returns: neither a
	// killed process nor a power cut loses it.
	Durable Sync = "FULL"
	// Relaxed leaves the moment to the operating system. A killed process
	// loses nothing. A power cut or a crash of the system may lose the writes
	// since the last checkpoint, newest first: events, profiles and erasures
	// that had returned without an error. The file stays whole, and what is
	// lost is lost together: profiles are never ahead of their log.
	Relaxed Sync = "NORMAL"
)

// Options are the settings of [Open] and [New].
type Options struct {
	// Partitions is the number of partitions of the log of a new file, at most
	// [MaxPartitions]. A file keeps the number that it was made with; asking for
	// another is an error. Default: 8, or what the file has.
	Partitions int
	// Sync says when a write counts as written. Default: [Durable].
	Sync Sync
	// Wait is how long a write waits while another process is writing.
	// Default: 30 seconds.
	Wait time.Duration
	// Readers is the number of connections that read at the same time.
	// Default: 4.
	Readers int
	// Now is the clock that decides which events are in the future and which
	// leases are over. Default: [time.Now].
	Now func() time.Time
}

// MaxPartitions is the largest number of partitions of a log.
const MaxPartitions = 1 << 22

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Sync == "" {
		d.Sync = Durable
	}
	if d.Wait <= 0 {
		d.Wait = 30 * time.Second
	}
	if d.Readers < 1 {
		d.Readers = 4
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	return d
}

func (o *Options) check() error {
	if o.Partitions < 0 || o.Partitions > MaxPartitions {
		return fmt.Errorf("sqlite: %d partitions are not in [1, %d]", o.Partitions, MaxPartitions)
	}
	if o.Sync != Durable && o.Sync != Relaxed {
		return fmt.Errorf("sqlite: unknown sync %q", o.Sync)
	}
	return nil
}

// patience is the part of the settings that may be made before the file is
// known to be ours, because it changes nothing in it.
func (o *Options) patience() string {
	return fmt.Sprintf("PRAGMA busy_timeout = %d", o.Wait.Milliseconds())
}

// settings are made on every connection. They do not outlive it. BenchmarkIngest
// found no difference beyond noise between caches of 4 to 64 MiB but for their
// size, with and without a memory map, and between pages of 4 and of 16 KiB: what
// is not in the cache is in that of the operating system. The length of the
// write-ahead log counts: a page of profiles that is written again before the
// checkpoint is copied into the file once, and with 16,000 pages folding takes a
// fifth less than with 4,000.
func (o *Options) settings() []string {
	return []string{
		o.patience(),
		"PRAGMA synchronous = " + string(o.Sync),
		"PRAGMA secure_delete = ON",  // what is deleted is overwritten
		"PRAGMA temp_store = MEMORY", // no temporary file ever holds what is to be erased
		"PRAGMA trusted_schema = OFF",
		"PRAGMA cache_size = -8192",         // KiB for each connection
		"PRAGMA wal_autocheckpoint = 16000", // pages: the log grows to 64 MB
	}
}
