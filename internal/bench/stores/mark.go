package stores

import (
	"bytes"
	"context"
	"strconv"
)

// search counts the canaries of the first customers in every byte that is kept
// at the place, and the marks of kept customers, which show that it finds some.
func (o *eraseOptions) search(ctx context.Context, erased int) (left, kept int, err error) {
	err = o.Traces(ctx, func(b []byte) {
		left += marksIn(b, "canary-", erased)
		kept += marksIn(b, "keeper-", o.customers)
	})
	return left, kept, err
}

// marksIn counts the marks in b that are followed by a number below limit.
func marksIn(b []byte, mark string, limit int) int {
	n := 0
	for {
		i := bytes.Index(b, []byte(mark))
		if i < 0 {
			return n
		}
		b = b[i+len(mark):]
		if number, err := strconv.Atoi(string(b[:min(6, len(b))])); err == nil && number < limit {
			n++
		}
	}
}
