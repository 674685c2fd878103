package tree

import (
	"encoding"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	_ encoding.BinaryAppender    = (*Model)(nil)
	_ encoding.BinaryMarshaler   = (*Model)(nil)
	_ encoding.BinaryUnmarshaler = (*Model)(nil)
)

// small returns a model of a few trees, and its bytes.
func small(t testing.TB) (*Model, []byte) {
	m, err := Fit(t.Context(), grid(rand.New(rand.NewPCG(1, 1)), 200, 3), nil, &Options{Rounds: 3, Leaves: 5})
	require.NoError(t, err)
	data, err := m.MarshalBinary()
	require.NoError(t, err)
	return m, data
}

// bitsOf returns the scores of rows, bit for bit.
func bitsOf(m *Model, values []float32) []uint64 {
	out := make([]float64, len(values)/max(1, m.Features()))
	m.PredictAll(values, out)
	list := make([]uint64, len(out))
	for i, x := range out {
		list[i] = math.Float64bits(x)
	}
	return list
}

func TestModelsComeBackAsTheyWere(t *testing.T) {
	for _, o := range []Options{
		{Objective: SquaredError}, {Objective: Logistic, Leaves: 256, MinRows: 1, Rounds: 7}, {Objective: LambdaMART, RowShare: 0.5, Rounds: 30},
	} {
		t.Run(o.Objective.String(), func(t *testing.T) {
			d := lists(60, 20, 8, 1)
			m, err := Fit(t.Context(), d, nil, &o)
			require.NoError(t, err)
			data, err := m.AppendBinary([]byte("before"))
			require.NoError(t, err)
			var read Model
			require.NoError(t, read.UnmarshalBinary(data[len("before"):]))
			require.Equal(t, bitsOf(m, d.Values), bitsOf(&read, d.Values))
			require.Equal(t, m.Importance(), read.Importance())
			again, err := read.MarshalBinary()
			require.NoError(t, err)
			require.Equal(t, string(data[len("before"):]), string(again))
		})
	}
}

func TestModelsWithoutTreesComeBackToo(t *testing.T) {
	m, err := Fit(t.Context(), &Data{Features: 1, Values: []float32{1, 2}, Labels: []float32{5, 5}}, nil, nil)
	require.NoError(t, err)
	data, err := m.MarshalBinary()
	require.NoError(t, err)
	var read Model
	require.NoError(t, read.UnmarshalBinary(data))
	require.Equal(t, 5.0, read.Predict([]float32{7}))
	require.Zero(t, read.Trees())
}

func TestWhatIsNoModelIsAnError(t *testing.T) {
	m, data := small(t)
	tree := len(magic) + 8 + 4 + 8*m.Features() + 4 // where the first tree begins
	change := func(at int, b ...byte) []byte {
		changed := append([]byte(nil), data...)
		copy(changed[at:], b)
		return changed
	}
	nan := binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN()))
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "no model of version 1"},
		{"another version", change(len(magic)-1, 2), "no model of version 1"},
		{"a byte too many", append(change(0), 0), "1 bytes are too many"},
		{"a base that is no number", change(len(magic), nan...), "a number is NaN"},
		{"more features than bytes", change(len(magic)+8, 255, 255, 255, 255), "need more bytes"},
		{"more trees than bytes", change(tree-4, 255, 255, 255, 255), "ends too early"},
		{"a tree of one leaf", change(tree, 1, 0), "has 1 leaves"},
		{"a tree of more leaves than it says", change(tree, 2, 0), "one too many"},
		{"a tree of fewer leaves than it says", change(tree+2, 0, 0, 0, 0), "has 1"},
		{"a feature that is not there", change(tree+2, 7), "of feature 3 of 3"},
		{"a cut that is no number", change(tree+6, 255, 255, 255, 255), "cut at NaN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			read := *m
			require.ErrorContains(t, read.UnmarshalBinary(c.data), c.want)
			require.Equal(t, *m, read, "the model is as it was")
		})
	}
	for n := range data {
		require.Error(t, new(Model).UnmarshalBinary(data[:n]), "the first %d bytes", n)
	}
}

func FuzzUnmarshalModel(f *testing.F) {
	_, data := small(f)
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Model
		if m.UnmarshalBinary(data) != nil {
			return
		}
		again, err := m.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, string(data), string(again), "there is one way to write a model")
		rows := make([]float32, 9*m.Features())
		for i := range rows {
			rows[i] = float32(i%5) - 2
		}
		together := make([]float64, 9)
		m.PredictAll(rows, together)
		for i, score := range together {
			alone := m.Predict(rows[i*m.Features():])
			require.Equal(t, math.Float64bits(alone), math.Float64bits(score))
		}
	})
}
