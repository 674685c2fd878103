package rules_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/recommend/rules"
)

// merchant returns rules of every sort.
func merchant(t require.TestingT) rules.Rules {
	return rules.Rules{
		Promotions: []rules.Promotion{
			{Name: "own", Where: where(t, `brand = "b2" AND price >= 2 EUR`), Share: 0.2, Placement: rules.Spread},
			{Name: "red", Where: where(t, `attribute.colour = "3"`), Share: 0.1, Placement: rules.First},
		},
		Diversity: 0.3,
		Caps:      []rules.Cap{{By: rules.Brand, Most: 4}, {By: rules.Category, Most: 3}},
	}
}

// directions gives every candidate a vector of unit length.
func directions(all []rules.Candidate, dimension int) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range all {
		v, sum := make([]float32, dimension), 0.0
		for j := range v {
			v[j] = float32(random.NormFloat64())
			sum += float64(v[j]) * float64(v[j])
		}
		for j := range v {
			v[j] /= float32(math.Sqrt(sum))
		}
		all[i].Vector = v
	}
}

// BenchmarkArrange arranges ten of 150 candidates.
func BenchmarkArrange(b *testing.B) {
	vectors, labels := candidates(150), candidates(150)
	directions(vectors, 64)
	everything := merchant(b)
	everything.Objective = rules.Objective{By: rules.Price, Weight: 0.25}
	everything.Popularity, everything.Freshness = 0.1, rules.Freshness{Boost: 0.5, Share: 0.1}
	for _, c := range []struct {
		name       string
		rules      rules.Rules
		candidates []rules.Candidate
	}{
		{"no rules", rules.Rules{}, vectors},
		{"promotions, caps, diversity by vectors", merchant(b), vectors},
		{"promotions, caps, diversity by labels", merchant(b), labels},
		{"every rule", everything, vectors},
	} {
		b.Run(c.name, func(b *testing.B) {
			plan, err := c.rules.Compile(moment)
			require.NoError(b, err)
			l := &rules.List{Candidates: c.candidates, K: 10, Seed: 1}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := plan.Arrange(l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	r := merchant(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Compile(moment); err != nil {
			b.Fatal(err)
		}
	}
}
