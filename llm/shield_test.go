package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
	"github.com/clmkit/clmkit/llm/pii"
)

func newShield(t *testing.T, opts llm.ShieldOptions) *llm.Shield {
	t.Helper()
	if opts.Key == nil {
		opts.Key = []byte("a key of thirty-two bytes, fixed")
	}
	s, err := llm.NewShield(&opts)
	require.NoError(t, err)
	return s
}

func TestShieldedModelIsAModel(t *testing.T) {
	llmtest.RunModel(t, func(t *testing.T, h llmtest.Handler) llm.Model {
		return newShield(t, llm.ShieldOptions{Media: true}).Model(h)
	})
}

// ask sends req through the shield and gives back what the model saw and what came of its answer.
func ask(t *testing.T, s *llm.Shield, req *llm.Request, answer func(seen *llm.Request) llmtest.Reply) (seen *llm.Request, resp *llm.Response) {
	t.Helper()
	m := s.Model(llmtest.Handler(func(_ context.Context, r *llm.Request) llmtest.Reply {
		seen = r
		return answer(r)
	}))
	resp, err := m.Generate(t.Context(), req)
	require.NoError(t, err)
	return seen, resp
}

func echo(seen *llm.Request) llmtest.Reply {
	return llmtest.Reply{Text: seen.Messages[len(seen.Messages)-1].Parts[0].Text}
}

func say(format string, args ...any) func(*llm.Request) llmtest.Reply {
	return func(*llm.Request) llmtest.Reply { return llmtest.Reply{Text: fmt.Sprintf(format, args...)} }
}

const hers = "Please write to anna.lindqvist@example.org or call +46 8 123 456 78."

func TestPersonalDataLeavesAsPseudonymsAndComesBack(t *testing.T) {
	seen, resp := ask(t, newShield(t, llm.ShieldOptions{}), &llm.Request{Messages: []llm.Message{llm.User(hers)}}, echo)
	sent := seen.Messages[0].Text()
	assert.Regexp(t, `^Please write to EMAIL-\w{8} or call PHONE-\w{8}\.$`, sent)
	assert.Equal(t, hers, resp.Text)
	assert.Equal(t, []string{"shield: 2 pseudonyms"}, resp.Via)
	assert.Empty(t, resp.Warnings)
}

func TestTheRequestOfTheCallerStays(t *testing.T) {
	req := &llm.Request{Messages: []llm.Message{llm.User(hers)}, Stop: []string{"anna.lindqvist@example.org"}}
	before := req.Clone()
	seen, _ := ask(t, newShield(t, llm.ShieldOptions{}), req, echo)
	assert.Equal(t, before, req)
	assert.NotContains(t, seen.Stop[0], "anna")
}

func TestPseudonymsAreStableWithinASessionOnly(t *testing.T) {
	sent := func(s *llm.Shield, scope llm.Scope, text string) string {
		seen, _ := ask(t, s, &llm.Request{Scope: scope, Messages: []llm.Message{llm.User(text)}}, echo)
		return seen.Messages[0].Text()
	}
	s, mine := newShield(t, llm.ShieldOptions{}), llm.Scope{Tenant: "shop", Customer: "c-1", Session: "s-1"}
	first := sent(s, mine, "I am at a@example.org")
	assert.Equal(t, first, sent(s, mine, "I am at a@example.org"))
	assert.Equal(t, first, sent(newShield(t, llm.ShieldOptions{}), mine, "I am at a@example.org"), "the same key in another process")
	for name, other := range map[string]llm.Scope{
		"tenant":   {Tenant: "other", Customer: "c-1", Session: "s-1"},
		"customer": {Tenant: "shop", Customer: "c-2", Session: "s-1"},
		"session":  {Tenant: "shop", Customer: "c-1", Session: "s-2"},
		"parts":    {Tenant: "shopc-1", Session: "s-1"},
	} {
		assert.NotEqual(t, first, sent(s, other, "I am at a@example.org"), name)
	}
	assert.NotEqual(t, first, sent(newShield(t, llm.ShieldOptions{Key: []byte("another key of bytes")}), mine, "I am at a@example.org"))
	lower, upper := sent(s, mine, "a@example.org"), sent(s, mine, "A@Example.org")
	assert.NotEqual(t, lower, upper, "each spelling comes back as it was")
	assert.Equal(t, lower[:len("EMAIL-123456")], upper[:len("EMAIL-123456")], "and is seen to be the same address")
}

func TestWhatOneMessageGivesAwayIsHiddenInAll(t *testing.T) {
	req := &llm.Request{Messages: []llm.Message{
		llm.User("4012888888881881"), llm.Assistant("Is that your card number?"),
		llm.User("yes, my customer number is 88123, twice 88123."),
	}}
	scanner, err := pii.New(&pii.Options{Patterns: []pii.Pattern{{Kind: pii.CustomerID, Expression: `\b\d{5}\b`, Words: []string{"customer"}}}})
	require.NoError(t, err)
	req.Messages = append([]llm.Message{llm.User("88123 here.")}, req.Messages...)
	seen, _ := ask(t, newShield(t, llm.ShieldOptions{Scanner: scanner}), req, echo)
	for _, m := range seen.Messages {
		assert.NotContains(t, m.Text(), "88123")
		assert.NotContains(t, m.Text(), "4012")
	}
}

func TestKnownDataOfTheCustomerIsHidden(t *testing.T) {
	s := newShield(t, llm.ShieldOptions{Known: func(_ context.Context, s llm.Scope) ([]pii.Term, error) {
		if s.Customer != "c-1" {
			return nil, nil
		}
		return []pii.Term{{Kind: pii.Name, Value: "Åsa Øverland"}, {Kind: pii.CustomerID, Value: "c-1"}, {Kind: pii.OrderID, Value: "A7"}}, nil
	}})
	text := "Åsa Øverland (c-1) asks about A7."
	req := &llm.Request{Scope: llm.Scope{Customer: "c-1"}, Messages: []llm.Message{llm.User("Write to her.", llm.Quote("order A7", text))}}
	seen, resp := ask(t, s, req, func(seen *llm.Request) llmtest.Reply { return llmtest.Reply{Text: seen.Messages[0].Parts[1].Text} })
	assert.Regexp(t, `^NAME-\w{8} \(CUSTOMERID-\w{8}\) asks about ORDERID-\w{8}\.$`, seen.Messages[0].Parts[1].Text)
	assert.Regexp(t, `^order ORDERID-\w{8}$`, seen.Messages[0].Parts[1].Source)
	assert.Equal(t, text, resp.Text)
}

func TestNothingIsSentWithoutWhatIsKnown(t *testing.T) {
	down := errors.New("the record is down")
	s := newShield(t, llm.ShieldOptions{Known: func(context.Context, llm.Scope) ([]pii.Term, error) { return nil, down }})
	m := s.Model(llmtest.Handler(func(context.Context, *llm.Request) llmtest.Reply {
		t.Error("the request was sent")
		return llmtest.Reply{}
	}))
	_, err := m.Generate(t.Context(), &llm.Request{Messages: []llm.Message{llm.User("hello")}})
	assert.ErrorIs(t, err, down)
	assert.ErrorIs(t, err, llm.ErrUnavailable)
}

func TestToolsAreCalledWithWhatWasMeant(t *testing.T) {
	s := newShield(t, llm.ShieldOptions{Known: func(context.Context, llm.Scope) ([]pii.Term, error) {
		return []pii.Term{{Kind: pii.Address, Value: "1 Mill Lane\nYork"}}, nil
	}})
	req := &llm.Request{Messages: []llm.Message{llm.User("Send it to 1 Mill Lane\nYork and tell b@example.org.")}}
	_, resp := ask(t, s, req, func(seen *llm.Request) llmtest.Reply {
		words := strings.Fields(strings.TrimSuffix(seen.Messages[0].Text(), "."))
		args := fmt.Sprintf(`{"to": "%s", "mail":"%s", "n": 1}`, words[3], words[len(words)-1])
		return llmtest.Reply{ToolCalls: []llm.ToolCall{{ID: "1", Name: "send", Arguments: args}}}
	})
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(resp.ToolCalls[0].Arguments), &got))
	assert.Equal(t, map[string]any{"to": "1 Mill Lane\nYork", "mail": "b@example.org", "n": 1.0}, got)

	// The next turn hides what the tool call and its result say.
	req.Messages = append(req.Messages, resp.Message(), llm.ToolResult("1", `{"sent":"b@example.org"}`))
	seen, _ := ask(t, s, req, say("Done."))
	assert.NotContains(t, seen.Messages[1].ToolCalls[0].Arguments, "example.org")
	assert.NotContains(t, seen.Messages[1].ToolCalls[0].Arguments, "Lane")
	assert.NotContains(t, seen.Messages[2].Text(), "example.org")
	assert.True(t, json.Valid([]byte(seen.Messages[1].ToolCalls[0].Arguments)))
}

func TestEscapesInResultsOfToolsHideNothing(t *testing.T) {
	req := &llm.Request{Messages: []llm.Message{
		llm.User("Who wrote?"), {Role: llm.RoleAssistant, ToolCalls: []llm.ToolCall{{ID: "1", Name: "find"}}},
		llm.ToolResult("1", `{"from": "anna\u0040example.org", "phone": "\u002b46 8 123 456 78"}`),
	}}
	seen, _ := ask(t, newShield(t, llm.ShieldOptions{}), req, say("Anna."))
	assert.Regexp(t, `^\{"from": "EMAIL-\w{8}", "phone": "PHONE-\w{8}"\}$`, seen.Messages[2].Text())
}

func TestSchemasAndToolsAreSearchedToo(t *testing.T) {
	req := &llm.Request{
		Messages: []llm.Message{llm.User("Which of c@example.org and d@example.org?")},
		Tools:    []llm.Tool{{Name: "mail", Description: "Writes to c@example.org", Parameters: json.RawMessage(`{"type":"object","properties":{"to":{"enum":["c@example.org"]}}}`)}},
		Schema:   &llm.Schema{Name: "choice", Definition: json.RawMessage(`{"enum": ["c@example.org", "d@example.org"], "minimum": 3}`)},
	}
	seen, resp := ask(t, newShield(t, llm.ShieldOptions{}), req, func(seen *llm.Request) llmtest.Reply {
		var s struct{ Enum []string }
		require.NoError(t, json.Unmarshal(seen.Schema.Definition, &s))
		return llmtest.Reply{Text: `"` + s.Enum[1] + `"`}
	})
	raw, err := json.Marshal(seen)
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "example.org")
	assert.Equal(t, `"d@example.org"`, resp.Text)
}

func TestInventionsDoNotComeBack(t *testing.T) {
	req := &llm.Request{Messages: []llm.Message{llm.User("My mail is a@example.org. The part is PHONE-BBBBBBBB.")}}
	s := newShield(t, llm.ShieldOptions{Public: []string{"help@shop.example"}})
	for name, c := range map[string]struct{ answer, want string }{
		"a pseudonym that nobody gave out": {"Use EMAIL-22222222.", "Use [removed]."},
		"somebody else's address":          {"Use victor@other.example instead.", "Use [email removed] instead."},
		"the shop's own address":           {"Use help@shop.example.", "Use help@shop.example."},
		"what the customer wrote":          {"The part PHONE-BBBBBBBB it is.", "The part PHONE-BBBBBBBB it is."},
		"a word with a hyphen":             {"A tree-2bc23457 is no kind.", "A tree-2bc23457 is no kind."},
		"a card":                           {"Pay with 4012 8888 8888 1881.", "Pay with [card removed]."},
	} {
		t.Run(name, func(t *testing.T) {
			_, resp := ask(t, s, req, say("%s", c.answer))
			assert.Equal(t, c.want, resp.Text)
			assert.Equal(t, c.answer != c.want, len(resp.Warnings) == 1, "%v", resp.Warnings)
		})
	}
	_, resp := ask(t, s, req, func(*llm.Request) llmtest.Reply {
		return llmtest.Reply{ToolCalls: []llm.ToolCall{{ID: "1", Name: "send", Arguments: `{"to":"thief@evil.example","copy":"EMAIL-22222222"}`}}}
	})
	assert.JSONEq(t, `{"to":"[email removed]","copy":"[removed]"}`, resp.ToolCalls[0].Arguments)
}

func TestMediaIsRefusedUnlessAllowed(t *testing.T) {
	photo := &llm.Request{Messages: []llm.Message{llm.User("What is it?", llm.Image("photo", "image/png", []byte{1}))}}
	_, err := newShield(t, llm.ShieldOptions{}).Model(llmtest.NewScript(llmtest.Reply{Text: "a mug"})).Generate(t.Context(), photo)
	assert.ErrorIs(t, err, llm.ErrInvalid)
	ask(t, newShield(t, llm.ShieldOptions{Media: true}), photo, say("a mug"))
	photo.Messages[0].Parts[1] = llm.ImageAt("photo", "https://shop.example/a@example.org/1.png")
	_, err = newShield(t, llm.ShieldOptions{Media: true}).Model(llmtest.NewScript()).Generate(t.Context(), photo)
	assert.ErrorIs(t, err, llm.ErrInvalid)
}

func TestStreamsAreRestoredWherePseudonymsAreCut(t *testing.T) {
	text := "First line.\nWe wrote to anna.lindqvist@example.org. Call +46 8 123 456 78 soon! Regards"
	for size := 1; size < 40; size += 3 {
		m := newShield(t, llm.ShieldOptions{}).Model(pieces{size})
		var got strings.Builder
		for d, err := range llm.Stream(t.Context(), m, &llm.Request{Messages: []llm.Message{llm.User(text)}}) {
			require.NoError(t, err)
			got.WriteString(d.Text)
			if d.Done != nil {
				assert.Equal(t, text, d.Done.Text)
			}
		}
		assert.Equal(t, text, got.String(), "pieces of %d bytes", size)
	}
}

func TestInventionsDoNotComeBackInStreams(t *testing.T) {
	m := newShield(t, llm.ShieldOptions{}).Model(llmtest.NewScript(llmtest.Reply{Text: "Ask victor@other.example. Or EMAIL-22222222. Bye."}))
	var got strings.Builder
	for d, err := range llm.Stream(t.Context(), m, &llm.Request{Messages: []llm.Message{llm.User("hello")}}) {
		require.NoError(t, err)
		got.WriteString(d.Text)
	}
	assert.Equal(t, "Ask [email removed]. Or [removed]. Bye.", got.String())
}

// pieces is a model that repeats what it was asked in pieces of so many bytes.
type pieces struct{ size int }

func (p pieces) Generate(context.Context, *llm.Request) (*llm.Response, error) {
	return nil, errors.New("streams only")
}

func (p pieces) Stream(_ context.Context, req *llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		text := req.Messages[0].Text()
		for rest := text; rest != ""; {
			n := min(p.size, len(rest))
			if !yield(llm.Delta{Text: rest[:n]}, nil) {
				return
			}
			rest = rest[n:]
		}
		yield(llm.Delta{Done: &llm.Response{Text: text, Finish: llm.FinishStop}}, nil)
	}
}

func TestShieldedTextsForOtherModels(t *testing.T) {
	s := newShield(t, llm.ShieldOptions{})
	var seen []string
	_, err := s.Embedder(llm.EmbedderFunc(func(_ context.Context, texts []string) (*llm.Embeddings, error) {
		seen = append(seen, texts...)
		return &llm.Embeddings{}, nil
	})).Embed(t.Context(), []string{"write to a@example.org"})
	require.NoError(t, err)
	assert.Equal(t, []string{"write to [email]"}, seen)

	_, err = s.Reranker(llm.RerankerFunc(func(_ context.Context, query string, documents []string) (*llm.Relevances, error) {
		seen = append(seen, query, documents[0])
		return &llm.Relevances{}, nil
	})).Rerank(t.Context(), "a@example.org?", []string{"Orders of a@example.org"})
	require.NoError(t, err)
	assert.Equal(t, strings.TrimSuffix(seen[1], "?"), strings.TrimPrefix(seen[2], "Orders of "))

	_, err = s.Scorer(llm.ScorerFunc(func(_ context.Context, prefix string, continuations []string) (*llm.Likelihoods, error) {
		seen = append(seen, prefix, continuations[0])
		return &llm.Likelihoods{}, nil
	})).LogLikelihood(t.Context(), "Mail of the customer:", []string{" a@example.org"})
	require.NoError(t, err)
	assert.NotContains(t, strings.Join(seen, "\n"), "a@example.org")
}

func TestShieldWithoutAProperKey(t *testing.T) {
	_, err := llm.NewShield(&llm.ShieldOptions{Key: []byte("short")})
	assert.ErrorContains(t, err, "key of 5 bytes")
}

func ExampleShield() {
	scanner, err := pii.New(&pii.Options{Patterns: []pii.Pattern{{Kind: pii.OrderID, Expression: `\bA-\d{6}\b`}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	shield, err := llm.NewShield(&llm.ShieldOptions{
		Scanner: scanner,
		Key:     []byte("from the host's vault, at least 16 bytes"),
		Known: func(_ context.Context, s llm.Scope) ([]pii.Term, error) {
			return []pii.Term{{Kind: pii.Name, Value: "Anna Lindqvist"}}, nil // what the customer record says of s.Customer
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	provider := llm.ModelFunc(func(_ context.Context, req *llm.Request) (*llm.Response, error) {
		text := req.Messages[0].Text()
		fmt.Println("the provider reads:", text)
		return llm.Complete("example", &llm.Response{Text: "Noted: " + text, Finish: llm.FinishStop})
	})
	resp, err := shield.Model(provider).Generate(context.Background(), &llm.Request{
		Scope:    llm.Scope{Customer: "c-1", Session: "chat-7"},
		Messages: []llm.Message{llm.User("Anna Lindqvist, anna@example.org, asks about A-123456.")},
	})
	fmt.Println("the customer reads:", resp.Text, err)
	// Output:
	// the provider reads: NAME-767DG8PW, EMAIL-39VC4KM2, asks about ORDERID-4VYB783R.
	// the customer reads: Noted: Anna Lindqvist, anna@example.org, asks about A-123456. <nil>
}
