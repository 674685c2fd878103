package postgres_test

import (
	"testing"

	"github.com/clmkit/clmkit/store/postgres"
	"github.com/clmkit/clmkit/vector"
	"github.com/clmkit/clmkit/vector/vectortest"
	"github.com/stretchr/testify/require"
)

func TestVectors(t *testing.T) {
	open := opener(t)
	for name, o := range map[string]*postgres.VectorOptions{
		"whole": nil,
		"half":  {Half: true},
	} {
		t.Run(name, func(t *testing.T) {
			vectortest.Run(t, func(t *testing.T) vector.Store {
				s, err := open(t, nil).Vectors(t.Context(), name, vectortest.Dimension, o)
				require.NoError(t, err)
				return s
			})
		})
	}
}
