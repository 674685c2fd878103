package openai

import (
	"errors"
	"fmt"
)

// byIndex puts the n items of an answer in the order of what was asked.
func byIndex[T any](noun string, n int, items []T, index func(T) *int) ([]T, error) {
	ordered, there := make([]T, n), make([]bool, n)
	for _, item := range items {
		i := index(item)
		switch {
		case i == nil:
			return nil, errors.New(noun + " without index")
		case *i < 0 || *i >= n:
			return nil, fmt.Errorf("%s %d of %d texts", noun, *i, n)
		case there[*i]:
			return nil, fmt.Errorf("%s %d twice", noun, *i)
		}
		ordered[*i], there[*i] = item, true
	}
	for i := range there {
		if !there[i] {
			return nil, fmt.Errorf("%s %d is missing", noun, i)
		}
	}
	return ordered, nil
}

// sameModel notes the model that answered the first batch, and is an error when another one answered a later one.
// Servers need not name it.
func sameModel(model *string, answered string, first bool) error {
	if first && answered != "" {
		*model = answered
	}
	if answered != "" && answered != *model {
		return fmt.Errorf("batches answered by %q and %q", *model, answered)
	}
	return nil
}
