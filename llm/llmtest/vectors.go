package llmtest

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

type embedRequest struct {
	Model          string          `json:"model"`
	Input          texts           `json:"input"`
	EncodingFormat string          `json:"encoding_format"`
	Dimensions     *int            `json:"dimensions"`
	User           json.RawMessage `json:"user"`
}

func (e *embedRequest) check() error {
	switch {
	case e.Model == "":
		return errors.New("no model")
	case len(e.Input) == 0:
		return errors.New("no input")
	case len(e.Input) > 2048: // OpenAI's limit
		return fmt.Errorf("%d inputs: at most 2048", len(e.Input))
	case e.EncodingFormat != "" && e.EncodingFormat != "float" && e.EncodingFormat != "base64":
		return fmt.Errorf("encoding format %q", e.EncodingFormat)
	case e.Dimensions != nil && *e.Dimensions < 1:
		return fmt.Errorf("dimensions %d", *e.Dimensions)
	}
	return nil
}

func (s *Server) embed(x *exchange) {
	var ask embedRequest
	if !x.readOrRefuse(&ask) {
		return
	}
	e, err := s.backend.Embedder.Embed(x.r.Context(), ask.Input)
	if err != nil {
		x.fail(err, map[string]any{"data": []any{}})
		return
	}
	data := make([]any, len(e.Vectors))
	for i, v := range e.Vectors {
		data[len(data)-1-i] = map[string]any{"object": "embedding", "index": i, "embedding": ask.wire(v)}
	}
	x.send("", map[string]any{"object": "list", "model": ask.Model, "data": data, "usage": wireUsage(e.Usage)})
}

// wire is a vector as it was asked for: shortened to the first dimensions and made unit length again, as OpenAI does, and
// as numbers or as the base64 of its bytes in little-endian order.
func (e *embedRequest) wire(v []float32) any {
	if e.Dimensions != nil && *e.Dimensions < len(v) {
		v = unit(v[:*e.Dimensions])
	}
	if e.EncodingFormat != "base64" {
		return v
	}
	raw := make([]byte, 0, 4*len(v))
	for _, f := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// unit is v at length 1; of a zero vector, a copy.
func unit(v []float32) []float32 {
	sum := 0.0
	for _, f := range v {
		sum += float64(f) * float64(f)
	}
	u := make([]float32, len(v))
	for i, f := range v {
		u[i] = f
		if sum > 0 {
			u[i] = float32(float64(f) / math.Sqrt(sum))
		}
	}
	return u
}
