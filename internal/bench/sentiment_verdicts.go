package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"syscall"
	"time"

	"github.com/clmkit/clmkit/internal/metric"
	"github.com/clmkit/clmkit/profile/sentiment"
)

// verdicts adds up what an engine said.
type verdicts struct {
	truth, said    []string
	scores         []float64
	trained        int
	learn, scoring time.Duration // of the processor
}

func (a *verdicts) run(ctx context.Context, s sentimentSplit, learn func(context.Context, []sentiment.Example) (classify, error)) error {
	start := processorTime()
	engine, err := learn(ctx, s.train)
	if err != nil {
		return err
	}
	a.learn += processorTime() - start
	a.trained += len(s.train)
	start = processorTime()
	for i := range s.test {
		label, score := engine(&s.test[i])
		a.said, a.scores = append(a.said, label), append(a.scores, score)
	}
	a.scoring += processorTime() - start
	for i := range s.test {
		a.truth = append(a.truth, s.test[i].Label)
	}
	return nil
}

// processorTime is what the process has taken of the processors so far: on a
// machine that is shared, the time on the clock says little of the program.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// result returns accuracy, macro F1 and, of two labels, the AUC.
func (a *verdicts) result() (map[string]any, error) {
	if len(a.truth) == 0 {
		return nil, errors.New("sentiment: no row to score")
	}
	labels := map[string]bool{}
	right := 0
	for i, label := range a.truth {
		labels[label] = true
		if a.said[i] == label {
			right++
		}
	}
	names := slices.Sorted(maps.Keys(labels))
	result := map[string]any{
		"n": len(a.truth), "labels": names, "trained_on": a.trained,
		"accuracy": float64(right) / float64(len(a.truth)), "macro_f1": a.macroF1(names),
		"train_seconds": a.learn.Seconds(), "texts_per_second": float64(len(a.truth)) / max(a.scoring.Seconds(), 1e-6),
	}
	if len(names) != 2 {
		return result, nil
	}
	positive := make([]bool, len(a.truth))
	for i, label := range a.truth {
		positive[i] = label == names[1]
	}
	d, err := metric.Discriminate(a.scores, positive)
	if err != nil {
		return nil, err
	}
	result["auc"] = d.AUC
	if c, err := metric.Calibrate(a.scores, positive); err == nil {
		result["ece"], result["brier"] = c.ECE, c.Brier
	}
	return result, nil
}

// macroF1 is the mean over the labels of the harmonic mean of precision and
// recall, 0 where a label is never said.
func (a *verdicts) macroF1(labels []string) float64 {
	sum := 0.0
	for _, label := range labels {
		hit, said, there := 0, 0, 0
		for i := range a.truth {
			if a.said[i] == label {
				said++
			}
			if a.truth[i] == label {
				there++
				if a.said[i] == label {
					hit++
				}
			}
		}
		if there+said > 0 {
			sum += 2 * float64(hit) / float64(there+said)
		}
	}
	return sum / float64(len(labels))
}
