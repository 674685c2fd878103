package langchain

import "encoding/json"

// wire is what matters of a response, or of a piece of a streamed one, in the forms of OpenAI, Anthropic, Ollama and
// Google.
type wire struct {
	Model   string `json:"model"`
	Choices []struct {
		FinishReason string  `json:"finish_reason"`
		Message      refusal `json:"message"`
		Delta        refusal `json:"delta"`
	} `json:"choices"` // OpenAI; empty, not nil, where it says that there are none
	Done       bool            `json:"done"`        // Ollama
	DoneReason string          `json:"done_reason"` // Ollama
	StopReason string          `json:"stop_reason"` // Anthropic
	Delta      json.RawMessage `json:"delta"`       // Anthropic, in a stream
	Message    json.RawMessage `json:"message"`     // Anthropic, at the start of a stream
	Candidates []struct {
		FinishReason string `json:"finishReason"`
	} `json:"candidates"` // Google
}

type refusal struct {
	Refusal string `json:"refusal"`
}

// said is what a server has said of its answer so far.
type said struct {
	model, finish string
	refused       bool
	chosen        bool // there was a choice
	none          bool // there was said to be none, or the end of a stream
}

// empty reports whether an OpenAI-compatible server answered without a choice.
func (s said) empty() bool { return s.none && !s.chosen }

func (s *said) add(w wire) {
	set(&s.model, w.Model)
	set(&s.finish, w.StopReason)
	s.none = s.none || w.Choices != nil && len(w.Choices) == 0
	for _, c := range w.Choices {
		s.chosen = true
		set(&s.finish, c.FinishReason)
		s.refused = s.refused || c.Message.Refusal != "" || c.Delta.Refusal != ""
	}
	for _, c := range w.Candidates {
		set(&s.finish, c.FinishReason)
	}
	if w.Done {
		set(&s.finish, "stop")
		set(&s.finish, w.DoneReason)
	}
	for _, raw := range []json.RawMessage{w.Delta, w.Message} {
		var inner struct {
			Model      string `json:"model"`
			StopReason string `json:"stop_reason"`
		}
		if json.Unmarshal(raw, &inner) == nil {
			set(&s.model, inner.Model)
			set(&s.finish, inner.StopReason)
		}
	}
}

// set keeps the last that is given.
func set(field *string, value string) {
	if value != "" {
		*field = value
	}
}
