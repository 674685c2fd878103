package llmtest

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

func streams(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	m := newModel(t, always(Reply{Text: answer}))
	whole, err := m.Generate(t.Context(), question("Where is it?"))
	require.NoError(t, err)
	var text strings.Builder
	var done *llm.Response
	for d, err := range llm.Stream(t.Context(), m, question("Where is it?")) {
		require.NoError(t, err)
		require.Nil(t, done, "a delta after the last")
		text.WriteString(d.Text)
		done = d.Done
	}
	require.NotNil(t, done, "no last delta")
	assert.Equal(t, whole.Text, text.String())
	assert.Equal(t, whole.Text, done.Text)
	assert.Equal(t, whole.Finish, done.Finish)
}

func streamFaults(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	for _, f := range failing() {
		t.Run(string(f), func(t *testing.T) {
			m := newModel(t, always(Reply{Text: answer, Fault: f}))
			var text strings.Builder
			var failed error
			for d, err := range llm.Stream(t.Context(), m, question("Where is it?")) {
				require.NoError(t, failed, "something after the error")
				require.Nil(t, d.Done, "a failed stream has no response")
				text.WriteString(d.Text)
				failed = err
			}
			requireFault(t, f, failed)
			if _, ok := m.(llm.Streamer); ok {
				e, _ := errors.AsType[*llm.Error](failed)
				assert.Equal(t, text.String(), e.Partial)
			}
		})
	}
}

func breaksOff(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	m := newModel(t, always(Reply{Text: answer}))
	for range llm.Stream(t.Context(), m, question("Where is it?")) {
		break
	}
	resp, err := m.Generate(t.Context(), question("Where is it?"))
	require.NoError(t, err, "the model is of use after a stream was broken off")
	assert.Equal(t, answer, resp.Text)
}
