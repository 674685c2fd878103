package interaction

import (
	"context"
	"time"
)

// Faded returns the past with matrices in which what was wanted counts half
// with each halfLife of its age.
func (p *Past) Faded(ctx context.Context, halfLife time.Duration) (*Past, error) {
	faded := *p
	var err error
	faded.Rows, faded.Columns, err = fadedMatrices(ctx, p.histories, len(p.Items), halfLife)
	return &faded, err
}
