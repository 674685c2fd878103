package candidate

import (
	"context"

	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// Viewed scores an item by how similar it is to what the customer looked at,
// or bought where nothing was looked at: [ItemKNN] over looks.
type Viewed struct {
	knn *ItemKNN
}

// TrainViewed costs what [TrainItemKNN] does over the looks that histories keep.
func TrainViewed(ctx context.Context, p *interaction.Past, o ItemKNNOptions) (*Viewed, error) {
	looks, err := p.Looks(ctx)
	if err != nil {
		return nil, err
	}
	knn, err := TrainItemKNN(ctx, looks, o)
	return &Viewed{knn}, err
}

func looksOf(h *interaction.History) *interaction.History {
	looks := h.Looks()
	if len(looks.Signals) == 0 {
		return h
	}
	return &looks
}

// Score implements [Source].
func (v *Viewed) Score(ctx context.Context, h *interaction.History, s *Scores) error {
	return v.knn.Score(ctx, looksOf(h), s)
}

// Cause implements [Source].
func (v *Viewed) Cause(h *interaction.History, item int32) (Cause, bool) {
	cause, ok := v.knn.Cause(looksOf(h), item)
	cause.Kind = AlsoLooked
	return cause, ok
}

// AlsoLooked: Count other customers looked at Items[0] of the history and at
// this item.
const AlsoLooked Kind = "also_looked"
