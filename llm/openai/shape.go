package openai

import "fmt"

// Shape is the form in which a server takes what OpenAI's interface has no form for, or one that it does not offer.
type Shape string

// The shapes beside the usual one, which is the empty shape.
const (
	ShapeVLLM   Shape = "vllm"   // log-likelihoods as prompt_logprobs of POST /completions
	ShapeSGLang Shape = "sglang" // log-likelihoods by POST /generate at the root, which is the base URL without /v1
	ShapeTEI    Shape = "tei"    // rerank by POST /rerank at the root, as text-embeddings-inference has it
)

// checkShapes reports a shape that there is not.
func (o *Options) checkShapes() error {
	switch o.ScoreShape {
	case "", ShapeVLLM, ShapeSGLang:
	default:
		return fmt.Errorf("openai: options: no shape %q of log-likelihoods", o.ScoreShape)
	}
	switch o.RerankShape {
	case "", ShapeTEI:
	default:
		return fmt.Errorf("openai: options: no shape %q of rerank", o.RerankShape)
	}
	return nil
}
