package recommend

import (
	"context"
	"time"

	"github.com/clmkit/clmkit/recommend/internal/candidate"
	"github.com/clmkit/clmkit/recommend/internal/feature"
	"github.com/clmkit/clmkit/recommend/internal/interaction"
)

// A scene is what was learned from the past of one moment.
type scene struct {
	past    *interaction.Past
	sources []candidate.Source
	maker   *feature.Maker // nil where no ranker is wanted
}

// newScene learns what was known at a moment.
func newScene(ctx context.Context, now *interaction.Past, at time.Time, all []recipe, o *Options) (*scene, error) {
	s := &scene{past: now}
	var err error
	if at.Before(now.At) {
		if s.past, err = now.Before(ctx, at); err != nil {
			return nil, err
		}
	}
	if s.sources, err = train(ctx, all, s.past, o); err != nil {
		return nil, err
	}
	return s, s.describe(ctx, all, o)
}

// describe learns what features need, where a ranker is wanted.
func (s *scene) describe(ctx context.Context, all []recipe, o *Options) (err error) {
	if !o.Ranker.Off && s.maker == nil {
		s.maker, err = feature.Train(ctx, s.past, s.opinions(all))
	}
	return err
}

// opinions returns the sources whose scores become features: those that depend
// on the history, but for content, whose lookup costs much and which features of
// texts stand in for, and looks where there are none.
func (s *scene) opinions(all []recipe) []feature.Opinion {
	var opinions []feature.Opinion
	for i, r := range all {
		if r.personal && r.name != Content {
			opinions = append(opinions, feature.Opinion{Name: r.name, Source: s.sources[i]})
		}
	}
	return opinions
}

// blended adds up the scaled scores of the sources.
func (s *scene) blended(ctx context.Context, h *interaction.History, weights []float64, total *candidate.Scores) error {
	for i, weight := range weights {
		if weight == 0 {
			continue
		}
		v, err := candidate.Say(ctx, s.sources[i], h, total.Len())
		if err != nil {
			return err
		}
		total.AddVector(v, weight)
	}
	return nil
}
