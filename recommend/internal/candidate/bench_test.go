package candidate

import (
	"testing"
)

// BenchmarkScore scores a customer of a shop of 400 items with each source.
func BenchmarkScore(b *testing.B) {
	p := known(b, mall(1), nil)
	for name, s := range trained(b, p) {
		b.Run(name, func(b *testing.B) {
			scores := NewScores(len(p.Items))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := s.Score(b.Context(), p.History(int32(i%len(p.Customers))), scores); err != nil {
					b.Fatal(err)
				}
				scores.Reset()
			}
		})
	}
}

// BenchmarkTrain trains what takes long on that shop.
func BenchmarkTrain(b *testing.B) {
	p := known(b, mall(1), nil)
	for name, train := range map[string]func() error{
		"itemknn": func() error {
			_, err := TrainItemKNN(b.Context(), p, ItemKNNOptions{Neighbours: 100, Shrink: 20})
			return err
		},
		"ease": func() error {
			_, err := TrainEASE(b.Context(), p, EASEOptions{Lambda: 300, MaxItems: 2500})
			return err
		},
		"sparse": func() error {
			_, err := TrainSparse(b.Context(), p, SparseOptions{Neighbours: 100, Lambda: 300})
			return err
		},
		"als": func() error {
			_, err := TrainALS(b.Context(), p, ALSOptions{Factors: 64, Rounds: 10, Steps: 3, Alpha: 5, Lambda: 30, Candidates: 500})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := train(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
