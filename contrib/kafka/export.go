package kafka

import (
	"context"
	"encoding/json"
	"io"

	"github.com/clmkit/clmkit/clm"
)

// Export writes the events of a customer, one JSON object per line with the key
// "event"; see [clm.Exporter]. It reads the customer's whole partition.
func (l *Log) Export(ctx context.Context, customer clm.CustomerID, w io.Writer) error {
	lines := json.NewEncoder(w)
	for e, err := range clm.History(ctx, l, customer) {
		if err != nil {
			return err
		}
		if err := lines.Encode(map[string]clm.Event{"event": e}); err != nil {
			return err
		}
	}
	return nil
}
