package llmtest

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
)

// requireText checks that the text arrives as it is, whole and streamed.
func requireText(t *testing.T, newModel func(*testing.T, Handler) llm.Model, text string) {
	t.Helper()
	m := newModel(t, always(Reply{Text: text}))
	resp, err := m.Generate(t.Context(), question("Where is it?"))
	require.NoError(t, err)
	require.True(t, text == resp.Text, "the answer has %d bytes and is not that of %d bytes", len(resp.Text), len(text))
	var streamed strings.Builder
	for d, err := range llm.Stream(t.Context(), m, question("Where is it?")) {
		require.NoError(t, err)
		streamed.WriteString(d.Text)
		if d.Done != nil {
			require.True(t, text == d.Done.Text, "the streamed answer has %d bytes and is not that of %d bytes", len(d.Done.Text), len(text))
		}
	}
	require.True(t, text == streamed.String(), "the pieces have %d bytes and do not add up to %d bytes", streamed.Len(), len(text))
}

// completesLong has long words, so that a stream of it is some ten thousand pieces.
func completesLong(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	requireText(t, newModel, strings.Repeat(strings.Repeat("parcel", 17)+" ", 1<<20/103+1))
}

func completesLetters(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	requireText(t, newModel, "Åsa, dein Päckchen 📦 ist in 東京 (चाय!) — “e\u0301”\u2028\r\n\ttab <b>&amp;</b> \\u00e9 \x7f \U0010FFFD")
}

// ownsAnswer spoils a first answer, and looks for that in a second.
func ownsAnswer(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	calls := []llm.ToolCall{{ID: "call-a", Name: "find_order", Arguments: `{"order":"A7"}`}}
	m := newModel(t, always(Reply{Text: answer, ToolCalls: calls}))
	req := question("Where is A7?")
	req.Tools = []llm.Tool{tool}
	for range 2 {
		for d, err := range both(t.Context(), m, req) {
			require.NoError(t, err)
			if d.Done == nil {
				continue
			}
			require.Equal(t, answer, d.Done.Text, "what was done to one answer shows in another")
			require.Equal(t, []llm.ToolCall{{ID: "call-a", Name: "find_order", Arguments: `{"order":"A7"}`}}, d.Done.ToolCalls, "what was done to one answer shows in another")
			spoil(d.Done)
		}
	}
}

func spoil(r *llm.Response) {
	r.Text, r.ToolCalls[0].Name, r.Finish = "spoilt", "spoilt", "spoilt"
	for i := range r.Warnings {
		r.Warnings[i] = "spoilt"
	}
	for i := range r.Via {
		r.Via[i] = "spoilt"
	}
}

// passesMedia asks about one piece at a time. A model that refuses it may not have sent it.
func passesMedia(t *testing.T, newModel func(*testing.T, Handler) llm.Model) {
	for name, part := range map[string]llm.Part{
		"an image":          llm.Image("photo of A7", "image/png", []byte("\x89PNG\r\n\x1a\n and more")),
		"an image at a URL": llm.ImageAt("photo of A7", "https://shop.example/a7.jpg?size=large&v=2"),
		"a recording":       llm.Audio("call of Åsa", "audio/wav", []byte("RIFF\x00\x00\x00\x00WAVE")),
	} {
		t.Run(name, func(t *testing.T) {
			var seen *llm.Request
			m := newModel(t, func(_ context.Context, req *llm.Request) Reply {
				seen = req
				return Reply{Text: answer}
			})
			for _, err := range both(t.Context(), m, &llm.Request{Messages: []llm.Message{llm.User("Is it broken?", part)}}) {
				if err != nil {
					require.ErrorIs(t, err, llm.ErrInvalid)
					require.Nil(t, seen, "half of a question was sent")
					continue
				}
				requireMedia(t, part, seen)
			}
		})
	}
}

func requireMedia(t *testing.T, want llm.Part, seen *llm.Request) {
	t.Helper()
	require.NotNil(t, seen, "the provider was not asked")
	var media []llm.Media
	for _, m := range seen.Messages {
		for _, p := range m.Parts {
			if p.Media != nil {
				media = append(media, *p.Media)
			}
		}
	}
	require.Equal(t, []llm.Media{*want.Media}, media)
	require.Contains(t, seen.Messages[len(seen.Messages)-1].Text(), "Is it broken?")
}
