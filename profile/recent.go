package profile

import (
	"sync"

	"github.com/clmkit/clmkit/clm"
)

// maxRecent is how many profiles a view remembers, of some 2 KB each.
const maxRecent = 1 << 14

// recent remembers what the last batch of each partition came to. It is true as
// long as the partition's mark is where that batch left it: whatever else changes
// a profile, another owner's batch, an erasure or a replay, moves the mark. Nobody
// changes the profiles in it.
type recent struct {
	mu    sync.Mutex
	parts map[int]lately
	count int
}

// lately is what a batch came to.
type lately struct {
	mark     clm.Mark
	profiles map[clm.CustomerID]*Profile
}

// at returns the profiles of a partition's last batch, or nil if the partition is
// not where that batch left it.
func (r *recent) at(partition int, mark clm.Mark) map[clm.CustomerID]*Profile {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.parts[partition]; l.mark == mark {
		return l.profiles
	}
	return nil
}

// keep remembers a batch, in place of the partition's last one, and forgets
// batches of other partitions where there would be too many.
func (r *recent) keep(partition int, mark clm.Mark, profiles map[clm.CustomerID]*Profile) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(partition)
	for other := range r.parts {
		if r.count+len(profiles) <= maxRecent {
			break
		}
		r.forget(other)
	}
	if len(profiles) <= maxRecent {
		r.parts[partition] = lately{mark, profiles}
		r.count += len(profiles)
	}
}

func (r *recent) forget(partition int) {
	r.count -= len(r.parts[partition].profiles)
	delete(r.parts, partition)
}
