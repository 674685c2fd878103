package llmtest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/clmkit/clmkit/llm"
)

// content is what a message says: null, a text, or a list of parts.
type content []llm.Part

type chatPart struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	ImageURL *struct {
		URL    string `json:"url"`
		Detail string `json:"detail"`
	} `json:"image_url"`
	InputAudio *struct {
		Data   string `json:"data"`
		Format string `json:"format"`
	} `json:"input_audio"`
}

// UnmarshalJSON reads any of the three.
func (c *content) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil { // null too
		if text != "" {
			*c = content{{Text: text}}
		}
		return nil
	}
	var parts []chatPart
	if err := strictly(raw, &parts); err != nil {
		return fmt.Errorf("content: %w", err)
	}
	for i, p := range parts {
		part, err := p.part()
		if err != nil {
			return fmt.Errorf("content: part %d: %w", i, err)
		}
		*c = append(*c, part)
	}
	return nil
}

func (p chatPart) part() (llm.Part, error) {
	switch {
	case p.Type == "text" && p.ImageURL == nil && p.InputAudio == nil:
		return llm.Part{Text: p.Text}, nil
	case p.Type == "image_url" && p.ImageURL != nil && p.InputAudio == nil && p.Text == "":
		return image(p.ImageURL.URL)
	case p.Type == "input_audio" && p.InputAudio != nil && p.ImageURL == nil && p.Text == "":
		return audio(p.InputAudio.Format, p.InputAudio.Data)
	}
	return llm.Part{}, fmt.Errorf("type %q does not say what it holds", p.Type)
}

// image is the image at a URL, which may hold it.
func image(url string) (llm.Part, error) {
	inline, ok := strings.CutPrefix(url, "data:")
	if !ok {
		return llm.ImageAt("", url), nil
	}
	kind, encoded, ok := strings.Cut(inline, ";base64,")
	if !ok {
		return llm.Part{}, errors.New("data URL without ;base64,")
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return llm.Part{}, fmt.Errorf("data URL: %w", err)
	}
	return llm.Image("", kind, data), nil
}

// audio is a recording in one of the two formats that OpenAI takes.
func audio(format, encoded string) (llm.Part, error) {
	kind, ok := map[string]string{"wav": "audio/wav", "mp3": "audio/mpeg"}[format]
	if !ok {
		return llm.Part{}, fmt.Errorf("audio of format %q: want wav or mp3", format)
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return llm.Part{}, fmt.Errorf("audio: %w", err)
	}
	return llm.Audio("", kind, data), nil
}
