package kafka

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/twmb/franz-go/pkg/kadm"
)

// tail is the end of a partition: there is no entry after last before the
// offset end.
type tail struct {
	last clm.Position
	end  int64
}

// Ends returns where the partitions end, from one request to each broker; see
// [clm.Ender]. The markers of transactions lie behind the last entries, so that
// a position may be a few after the last entry's, until this log has once read
// the partition to its end. Partitions that hold markers and records of others
// only are among them.
func (l *Log) Ends(ctx context.Context) (map[int]clm.Position, error) {
	limited, cancel := context.WithTimeout(ctx, l.opts.Timeout)
	defer cancel()
	var marks kadm.ListedOffsets
	err := again(limited, func() (err error) {
		// High watermarks, not the last stable offsets: a transaction whose
		// commit was answered may not have its marker yet.
		if marks, err = kadm.NewClient(l.topic.client).ListEndOffsets(limited, l.topic.name); err == nil {
			err = marks.Error()
		}
		return err
	})
	if err != nil {
		return nil, l.topic.because(ctx, "ends", err)
	}
	ends := map[int]clm.Position{}
	for p := range l.topic.count {
		mark, found := marks.Lookup(l.topic.name, int32(p))
		if !found {
			return nil, fmt.Errorf("kafka: topic %s: ends: partition %d: %w", l.topic.name, p, errBroken)
		}
		if end := l.end(p, mark.Offset); end > 0 {
			ends[p] = end
		}
	}
	return ends, nil
}

func (l *Log) end(partition int, mark int64) clm.Position {
	end := max(mark, l.committed[partition].Load())
	if quiet := l.quiet[partition].Load(); quiet != nil && quiet.end == end {
		return quiet.last
	}
	return clm.Position(end)
}
