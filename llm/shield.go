package llm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"

	"github.com/clmkit/clmkit/llm/pii"
)

// ShieldOptions of a shield.
type ShieldOptions struct {
	// Scanner finds personal data. Default: pii.New(nil).
	Scanner *pii.Scanner
	// Key makes the pseudonyms, at least 16 bytes. With the same key and the same Scope the same value has the same
	// pseudonym, also in another process. Default: random bytes, so that pseudonyms last as long as the shield.
	Key []byte
	// Known gives what the host knows of the customer a call is made for: names, addresses, ids. An error ends the call
	// before anything is sent. Default: nothing is known.
	Known func(ctx context.Context, s Scope) ([]pii.Term, error)
	// Public is what may pass in both directions, such as the shop's own address and number: numbers, names and streets in
	// any spelling, addresses of mail and of the web in any case.
	Public []string
	// Media lets images and recordings pass, which cannot be searched. Default: a request with media is ErrInvalid.
	Media bool
}

// minKey is the least length of a shield's key, in bytes.
const minKey = 16

// Shield keeps personal data from providers: what its scanner finds, and what the host knows, leaves as pseudonyms and
// comes back in the answer as what it was.
//
//   - A pseudonym is derived from key, scope and value, so it is the same throughout a session, and nothing is stored.
//   - Everything that is sent is searched: messages with their sources, tool calls and results, the texts in tools and
//     schemas, stop texts. What the words around it give away in one message is hidden in all of them.
//   - In an answer only the pseudonyms of its own request are restored, in text and in the arguments of tool calls. What
//     else looks like a pseudonym, and personal data that was not in the request, is taken out, and Response.Warnings
//     says how often.
//
// Not found is what pii does not look for: names without a record or a cue, data split between two parts, and what is in
// images and recordings. Cost: one pass of the scanner over what is sent, two when something was found, and one over
// the answer.
//
// A shield stands outside of every wrapper that keeps or sends what is asked: caches, records, budgets, retries; only
// Trace may stand around it. It is safe for concurrent use.
type Shield struct {
	o      ShieldOptions
	public public
}

// NewShield makes a shield. Nil options are the defaults. The error is that of a key that is too short.
func NewShield(opts *ShieldOptions) (*Shield, error) {
	s := &Shield{}
	if opts != nil {
		s.o = *opts
	}
	if s.o.Scanner == nil {
		scanner, err := pii.New(nil)
		if err != nil {
			return nil, fmt.Errorf("llm: shield: %w", err)
		}
		s.o.Scanner = scanner
	}
	switch {
	case s.o.Key == nil:
		s.o.Key = make([]byte, 32)
		rand.Read(s.o.Key)
	case len(s.o.Key) < minKey:
		return nil, fmt.Errorf("llm: shield: key of %d bytes, want at least %d", len(s.o.Key), minKey)
	}
	s.public = newPublic(s.o.Public)
	return s, nil
}

// Model is m behind the shield. A stream is handed out sentence by sentence, since only a whole one can be searched, and
// in one piece where the request has a schema.
func (s *Shield) Model(m Model) Model {
	l := &layer{inner: m}
	l.asks = func(ctx context.Context, req *Request) (*Request, error) {
		hidden, _, err := s.hide(ctx, req)
		return hidden, err
	}
	l.generate = func(ctx context.Context, req *Request) (*Response, error) {
		hidden, back, err := s.hide(ctx, req)
		if err != nil {
			return nil, err
		}
		resp, err := m.Generate(ctx, hidden)
		if err != nil {
			return nil, back.failure(err, back.text("", partialOf(err)))
		}
		return back.response(resp, back.text("", resp.Text)), nil
	}
	l.stream = func(ctx context.Context, req *Request) iter.Seq2[Delta, error] {
		return func(yield func(Delta, error) bool) {
			hidden, back, err := s.hide(ctx, req)
			if err != nil {
				yield(Delta{}, err)
				return
			}
			back.stream(Stream(ctx, m, hidden), yield)
		}
	}
	return l
}

// hide is the request as it may leave, and the way back for its answer.
func (s *Shield) hide(ctx context.Context, req *Request) (*Request, *restorer, error) {
	if err := req.Validate(); err != nil {
		return nil, nil, err
	}
	terms, err := s.known(ctx, req.Scope)
	if err != nil {
		return nil, nil, err
	}
	if err := s.checkMedia(req, terms); err != nil {
		return nil, nil, err
	}
	names := newPseudonyms(s.o.Key, req.Scope)
	hider := hider{find: s.finder(terms), names: names}
	hidden := hider.request(req)
	if len(names.names) > 0 { // what one message gave away may stand alone in another
		hider.find = s.finder(append(names.terms(), terms...))
		hidden = hider.request(req)
	}
	back := &restorer{names: names, find: s.finder(nil), asked: hider.seen.String(), json: req.Schema != nil}
	return hidden, back, nil
}

// known is what the host knows of the customer.
func (s *Shield) known(ctx context.Context, scope Scope) ([]pii.Term, error) {
	if s.o.Known == nil {
		return nil, nil
	}
	terms, err := s.o.Known(ctx, scope)
	switch {
	case err == nil:
		return terms, nil
	case ctx.Err() != nil:
		return nil, &Error{Kind: ErrCanceled, Provider: "shield", Err: ctx.Err()}
	}
	return nil, &Error{Kind: ErrUnavailable, Provider: "shield", Err: fmt.Errorf("what is known of the customer: %w", err)}
}

// checkMedia refuses what cannot be searched, and addresses of images that name a person.
func (s *Shield) checkMedia(req *Request, terms []pii.Term) error {
	find := s.finder(terms)
	for _, m := range req.Messages {
		for _, p := range m.Parts {
			switch {
			case p.Media == nil:
			case !s.o.Media:
				return &Error{Kind: ErrInvalid, Provider: "shield", Err: errors.New("media cannot be searched for personal data")}
			case len(find(p.Media.URL)) > 0:
				return &Error{Kind: ErrInvalid, Provider: "shield", Err: errors.New("personal data in the URL of an image")}
			}
		}
	}
	return nil
}

// finder finds personal data that is not public.
func (s *Shield) finder(terms []pii.Term) func(text string) []pii.Finding {
	return func(text string) []pii.Finding {
		var found []pii.Finding
		for _, f := range s.o.Scanner.Scan(text, terms...) {
			if !s.public.allows(f.Kind, text[f.Start:f.End]) {
				found = append(found, f)
			}
		}
		return found
	}
}

// Embedder is e behind the shield: personal data in the texts becomes the name of its kind, such as [email], so that
// vectors tell nobody apart.
func (s *Shield) Embedder(e Embedder) Embedder {
	return EmbedderFunc(func(ctx context.Context, texts []string) (*Embeddings, error) {
		find := s.finder(nil)
		hidden := make([]string, len(texts))
		for i, text := range texts {
			hidden[i] = replace(text, find(text), func(f pii.Finding) string { return "[" + string(f.Kind) + "]" })
		}
		return e.Embed(ctx, hidden)
	})
}

// Reranker is r behind the shield: personal data becomes pseudonyms, which are the same in query and documents.
func (s *Shield) Reranker(r Reranker) Reranker {
	return RerankerFunc(func(ctx context.Context, query string, documents []string) (*Relevances, error) {
		texts := s.hideTexts(append([]string{query}, documents...))
		return r.Rerank(ctx, texts[0], texts[1:])
	})
}

// Scorer is c behind the shield: personal data becomes pseudonyms, which are the same in prefix and continuations.
func (s *Shield) Scorer(c Scorer) Scorer {
	return ScorerFunc(func(ctx context.Context, prefix string, continuations []string) (*Likelihoods, error) {
		texts := s.hideTexts(append([]string{prefix}, continuations...))
		return c.LogLikelihood(ctx, texts[0], texts[1:])
	})
}

// hideTexts hides what is in any of the texts in all of them.
func (s *Shield) hideTexts(texts []string) []string {
	names := newPseudonyms(s.o.Key, Scope{})
	h := hider{find: s.finder(nil), names: names}
	for _, text := range texts {
		h.text(text)
	}
	h.find = s.finder(names.terms())
	hidden := make([]string, len(texts))
	for i, text := range texts {
		hidden[i] = h.text(text)
	}
	return hidden
}
