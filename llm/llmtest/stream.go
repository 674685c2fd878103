package llmtest

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

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

// streamsLazily ranges twice over a stream, for which a cache may ask once.
func streamsLazily(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	var asked atomic.Int64
	m := newModel(t, func(context.Context, *llm.Request) Reply {
		asked.Add(1)
		return Reply{Text: answer}
	})
	stream := llm.Stream(t.Context(), m, question("Where is it?"))
	if s, ok := m.(llm.Streamer); ok { // llm.Stream itself waits for its listener
		stream = s.Stream(t.Context(), question("Where is it?"))
	}
	require.Zero(t, asked.Load(), "the provider was asked before anybody listened")
	for range 2 {
		var text strings.Builder
		for d, err := range stream {
			require.NoError(t, err)
			text.WriteString(d.Text)
		}
		require.Equal(t, answer, text.String())
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

// leavesNothing counts the goroutines when models and providers are gone.
func leavesNothing(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	http.DefaultClient.CloseIdleConnections()
	before := goleak.IgnoreCurrent()
	ok := t.Run("calls", func(t *testing.T) {
		for _, f := range []Fault{"", Cut, NoFinish, ErrorInBody} {
			m := newModel(t, always(Reply{Text: answer, Fault: f}))
			for range 4 {
				for range llm.Stream(t.Context(), m, question("Where is it?")) {
					break
				}
				_ = drain(llm.Stream(t.Context(), m, question("Where is it?")))
				_, _ = m.Generate(t.Context(), question("Where is it?"))
			}
		}
		cancelDuringCall(t, newModel)
	})
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(before); ok && err != nil {
		require.NoError(t, err, "goroutines that no call waits for")
	}
}
