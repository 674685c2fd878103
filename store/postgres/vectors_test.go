package postgres_test

import (
	"fmt"
	"testing"

	"github.com/clmkit/clmkit/internal/pgtest"
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

// Connections that know the type of vectors send them in another form.
func TestVectorsOfAStoreThatWasOpened(t *testing.T) {
	db := openURL(t, pgtest.URL(t))
	n := 0
	vectortest.Run(t, func(t *testing.T) vector.Store {
		n++
		s, err := db.Vectors(t.Context(), fmt.Sprintf("set_%d", n), vectortest.Dimension, nil)
		require.NoError(t, err)
		return s
	})
	s := vectors(t, db)
	require.NoError(t, s.Upsert(t.Context(), vector.Record{ID: "x", Vector: []float32{0, 3, 4}, Attributes: map[string]string{vector.Customer: "c-1"}}))
	require.Contains(t, export(t, db, "c-1"), "[0,0.6,0.8]")
}
