package content

import (
	"context"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
)

// Options are the settings of a [Writer].
type Options struct {
	// Model writes drafts. Default: none, the templates do.
	Model llm.Model
}

// A Writer turns briefs into messages that have been checked. It is immutable and safe for concurrent use.
type Writer struct {
	checker *Checker
	model   llm.Model
}

// NewWriter returns a writer about the items of a catalogue.
func NewWriter(catalogue *clm.Catalogue, o *Options) *Writer {
	w := &Writer{checker: NewChecker(catalogue)}
	if o != nil {
		w.model = o.Model
	}
	return w
}

// Path says who wrote a message.
type Path string

// The paths.
const (
	ByTemplate Path = "template"
	ByModel    Path = "model"
)

// A Result is a message that may leave: its draft has passed the checks.
type Result struct {
	Draft Draft
	Path  Path
	// ModelError is why the model's draft was not used: the model's error, or one that wraps [ErrRejected] with the
	// findings. Nil when it was used, and when there is no model.
	ModelError error
	// Evidence is what the claims of the draft rest on.
	Evidence []Evidence
}

// Write writes the message of a brief, by the model when there is one and its draft passes the checks, else by template.
// It fails with [ErrBrief] when the brief is not usable, with [ErrRejected] when the template's own draft does not pass,
// because a title is longer than the channel or not fit to be seen, and with ctx's error when ctx has ended. It makes one
// model call, two when the first reply is no draft.
func (w *Writer) Write(ctx context.Context, b *Brief) (*Result, error) {
	if err := b.validate(w.checker.catalogue); err != nil {
		return nil, err
	}
	var refused error
	if w.model != nil {
		draft, err := propose(ctx, w.model, w.checker.facts(b))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			var result *Result
			if result, err = w.pass(draft, b, ByModel); err == nil {
				return result, nil
			}
		}
		refused = err
	}
	result, err := w.pass(w.checker.facts(b).write(), b, ByTemplate)
	if err != nil {
		return nil, err
	}
	result.ModelError = refused
	return result, nil
}

// pass makes a result of a draft that passes the checks.
func (w *Writer) pass(d *Draft, b *Brief, path Path) (*Result, error) {
	report, err := w.checker.Check(d, b)
	if err != nil {
		return nil, err
	}
	if err := report.Err(); err != nil {
		return nil, err
	}
	return &Result{Draft: *d, Path: path, Evidence: report.Evidence}, nil
}

// Action makes an action of the result for the purpose "marketing". Its evidence are the ids of the brief's items and of
// the customer's last order, where the profile that the brief allowed has one.
func (r *Result) Action(b *Brief) clm.Action {
	a := clm.Action{
		ID: b.ID, Customer: b.Customer, Purpose: "marketing", Channel: b.Channel.Name, Time: b.Time,
		Subject: r.Draft.Subject, Body: r.Draft.Body, Items: append([]clm.ItemID(nil), b.Items...),
	}
	for _, id := range b.Items {
		a.Evidence = append(a.Evidence, string(id))
	}
	if b.Profile != nil && len(b.Profile.Orders) > 0 {
		a.Evidence = append(a.Evidence, b.Profile.Orders[len(b.Profile.Orders)-1].Event)
	}
	return a
}
