package onnx

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/clmkit/clmkit/contrib/onnx/internal/tokenizer"
	"github.com/clmkit/clmkit/llm"
)

// Activation is what becomes of a model's raw outputs, its logits.
type Activation string

const (
	Softmax  Activation = "softmax"  // shares that sum to 1: one class is the right one
	Sigmoid  Activation = "sigmoid"  // each in [0, 1] by itself: any number of classes may be right
	Identity Activation = "identity" // the logits as they are
)

// ClassifierOptions are the settings of NewClassifier. The zero value is the default.
type ClassifierOptions struct {
	Options
	// Activation of the logits. Default: Sigmoid when config.json says multi_label_classification or there is one class,
	// Identity when it says regression, else Softmax.
	Activation Activation
}

// Classifier says which classes texts belong to. It is safe for concurrent use.
type Classifier struct {
	n          *network
	labels     []string
	activation Activation
}

// Score is how much a text belongs to a class. It ranks classes; unless somebody has calibrated the model it is no
// probability.
type Score struct {
	Label string  `json:"label"` // of the class, as config.json names it
	Value float64 `json:"value"` // in the range of the activation
}

// Classifications are the scores of some texts.
type Classifications struct {
	// Scores has a row for each text, in the order of the texts: one score for each class, the highest first, those that
	// are equal in the order of config.json.
	Scores [][]Score
	// Model names the model that judged. Scores of different models must not be compared.
	Model string
	// Usage of the call.
	Usage llm.Usage
}

// NewClassifier loads the text classifier in dir, as optimum exports it: model.onnx with the output logits, tokenizer.json,
// and config.json with the names of the classes in id2label. Close it after use.
//
// A text that is longer than MaxTokens loses its end; see Options.Strict and [Classifier.Cut]. Errors name the file.
func NewClassifier(dir string, opts *ClassifierOptions) (*Classifier, error) {
	o := ClassifierOptions{}
	if opts != nil {
		o = *opts
	}
	f, n, err := loadHead(dir, &o.Options)
	if err != nil {
		return nil, err
	}
	c := &Classifier{n: n}
	if err := c.settle(f, o.Activation); err != nil {
		c.Close()
		return nil, fmt.Errorf("onnx: %s: %w", dir, err)
	}
	n.id = f.name(n.limit, c.activation)
	if err := n.warm(c.measure); err != nil {
		c.Close()
		return nil, fmt.Errorf("onnx: loading: %w", err)
	}
	return c, nil
}

// loadHead loads a model that gives logits.
func loadHead(dir string, o *Options) (*folder, *network, error) {
	f, err := openFolder(dir, o)
	if err != nil {
		return nil, nil, err
	}
	n, err := newNetwork(f, o, "logits")
	return f, n, err
}

func (c *Classifier) settle(f *folder, asked Activation) (err error) {
	if c.labels, err = f.config.labels(); err != nil {
		return fmt.Errorf("config.json: %w", err)
	}
	c.activation = asked
	if asked == "" {
		c.activation = f.config.activation(len(c.labels))
	}
	return c.activation.known()
}

func (a Activation) known() error {
	if a != Softmax && a != Sigmoid && a != Identity {
		return fmt.Errorf("activation %q is not supported", a)
	}
	return nil
}

// activation is what transformers' pipeline takes.
func (c *config) activation(classes int) Activation {
	switch {
	case c.Problem == "regression":
		return Identity
	case c.Problem == "multi_label_classification", classes == 1:
		return Sigmoid
	}
	return Softmax
}

// measure compares the number of classes. Without names in config.json a class is called by its number.
func (c *Classifier) measure(_ []float32, dims []int) error {
	if len(dims) != 1 {
		return c.n.invalid("output %s has not one number for each class", c.n.output)
	}
	if len(c.labels) == 0 {
		for i := range dims[0] {
			c.labels = append(c.labels, "LABEL_"+strconv.Itoa(i))
		}
	}
	if len(c.labels) != dims[0] {
		return c.n.invalid("config.json names %d classes, output %s has %d", len(c.labels), c.n.output, dims[0])
	}
	return nil
}

// Labels are the names of the classes, in the order of the model.
func (c *Classifier) Labels() []string { return slices.Clone(c.labels) }

// Classify gives each text a score for each class. No texts have no scores. A call looks whether ctx has ended before each
// batch, which is llm.ErrCanceled; a batch that runs cannot be stopped. Errors are all or nothing.
func (c *Classifier) Classify(ctx context.Context, texts []string) (*Classifications, error) {
	inputs := make([]tokenizer.Input, len(texts))
	for i, text := range texts {
		inputs[i] = c.n.single(text)
	}
	out := &Classifications{Scores: make([][]Score, len(texts)), Model: c.n.id}
	var err error
	out.Usage, err = c.n.all(ctx, inputs, c.n.batch, func(i int, values []float32, _ []int) error {
		scores := c.activation.of(values)
		out.Scores[i] = c.ranked(scores)
		return c.n.finite(scores)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *Classifier) ranked(values []float64) []Score {
	scores := make([]Score, len(values))
	for i, v := range values {
		scores[i] = Score{c.labels[i], v}
	}
	slices.SortStableFunc(scores, func(a, b Score) int { return cmp.Compare(b.Value, a.Value) })
	return scores
}

// of applies the activation to logits.
func (a Activation) of(logits []float32) []float64 {
	out := make([]float64, len(logits))
	total := logSumExp(logits)
	for i, v := range logits {
		switch a {
		case Softmax:
			out[i] = math.Exp(float64(v) - total)
		case Sigmoid:
			out[i] = 1 / (1 + math.Exp(-float64(v)))
		default:
			out[i] = float64(v)
		}
	}
	return out
}

// logSumExp is the natural logarithm of the sum of the exponentials, taken around the largest so that none overflows.
func logSumExp(values []float32) float64 {
	largest := slices.Max(values)
	sum := 0.0
	for _, v := range values {
		sum += math.Exp(float64(v) - float64(largest))
	}
	return float64(largest) + math.Log(sum)
}

// Cut is how many texts have lost their end so far, because they were longer than MaxTokens.
func (c *Classifier) Cut() int { return c.n.Cut() }

// Close waits for running calls and frees the model. Calls after it are llm.ErrInvalid. It may be called again.
func (c *Classifier) Close() error { return c.n.Close() }
