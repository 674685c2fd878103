package llm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/openai"
	"github.com/clmkit/clmkit/llm/pii"
)

// planter makes requests with personal data in them, and knows what it planted.
type planter struct {
	*rand.Rand
	planted []string
	terms   []pii.Term
}

func (p *planter) digits(n int) string {
	s := make([]byte, n)
	for i := range s {
		s[i] = byte('0' + p.IntN(10))
	}
	return string(s)
}

func (p *planter) pick(of ...string) string { return of[p.IntN(len(of))] }

func (p *planter) plant(value string) string {
	p.planted = append(p.planted, value)
	return value
}

// luhn is the digits with a check digit (ISO/IEC 7812-1).
func luhn(digits string) string {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return digits + string(rune('0'+(10-sum%10)%10))
}

// iban is a German account number with its check digits (ISO 13616).
func (p *planter) iban() string {
	account := p.digits(18)
	rest := 0
	for _, d := range account + "131400" { // D, E, 00
		rest = (rest*10 + int(d-'0')) % 97
	}
	return fmt.Sprintf("DE%02d%s", 98-rest, account)
}

// resident is a Chinese resident's number with its check sign (GB 11643).
func (p *planter) resident() string {
	s := "110105" + fmt.Sprintf("%d%02d%02d", 1950+p.IntN(50), 1+p.IntN(12), 1+p.IntN(28)) + p.digits(3)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(s[i]-'0')
	}
	return s + "10X98765432"[sum%11:sum%11+1]
}

// words are letters, so that no two planted values are alike.
func (p *planter) letters(n int) string {
	s := make([]byte, n)
	for i := range s {
		s[i] = byte('a' + p.IntN(26))
	}
	return string(s)
}

func (p *planter) known(kind pii.Kind, value string) string {
	p.terms = append(p.terms, pii.Term{Kind: kind, Value: value})
	return p.plant(value)
}

// sentence has one planted value in it.
func (p *planter) sentence() string {
	switch p.IntN(9) {
	case 0:
		return fmt.Sprintf(p.pick("Write to %s please.", "Meine Adresse ist %s.", "我的邮箱是 %s 。", "Mon courriel : %s"), p.plant(p.letters(6)+"."+p.letters(5)+"@"+p.letters(7)+"."+p.pick("org", "de", "com", "co.uk")))
	case 1:
		return fmt.Sprintf(p.pick("Call me at %s.", "Telefon: %s", "Llámame al %s, gracias"), p.plant("+49 151 "+p.digits(4)+" "+p.digits(4)))
	case 2:
		return fmt.Sprintf(p.pick("I paid with %s.", "Karte %s", "card %s was charged twice"), p.plant(luhn("4"+p.digits(14))))
	case 3:
		return fmt.Sprintf(p.pick("Refund to %s.", "IBAN %s"), p.plant(p.iban()))
	case 4:
		return fmt.Sprintf(p.pick("身份证号 %s", "My resident id is %s."), p.plant(p.resident()))
	case 5:
		name := strings.ToUpper(p.letters(1)) + p.letters(6) + " " + strings.ToUpper(p.letters(1)) + p.letters(8)
		return fmt.Sprintf(p.pick("%s here again.", "Greetings, %s"), p.known(pii.Name, name))
	case 6:
		street := strings.ToUpper(p.letters(1)) + p.letters(7) + "weg " + p.digits(2)
		return fmt.Sprintf(p.pick("Deliver to %s.", "I moved to %s, 4th floor"), p.known(pii.Address, street))
	case 7:
		return fmt.Sprintf(p.pick("Where is order %s?", "%s never came."), p.plant("A-"+p.digits(6)))
	}
	return fmt.Sprintf(p.pick("I am customer %s.", "(%s) asks"), p.known(pii.CustomerID, "cust-"+p.digits(7)))
}

// request plants in every part of a request.
func (p *planter) request() *llm.Request {
	args, _ := json.Marshal(map[string]string{"note": p.sentence()})
	result, _ := json.Marshal(map[string]any{"order": map[string]string{"note": p.sentence()}})
	schema, _ := json.Marshal(map[string]any{"type": "object", "description": p.sentence()})
	return &llm.Request{
		Scope: llm.Scope{Customer: "c-1"},
		Messages: []llm.Message{
			llm.System("You answer for the shop. " + p.sentence()),
			llm.User(p.sentence()+" "+p.sentence(), llm.Quote("review", p.sentence()+"\n"+p.sentence())),
			{Role: llm.RoleAssistant, ToolCalls: []llm.ToolCall{{ID: "1", Name: "find", Arguments: string(args)}}},
			llm.ToolResult("1", string(result)),
			llm.User(p.pick(p.planted...)), // once more, with nothing around it
		},
		Tools:  []llm.Tool{{Name: "find", Description: p.sentence(), Parameters: schema}},
		Schema: &llm.Schema{Name: "reply", Definition: schema},
		Stop:   []string{p.pick(p.planted...)},
	}
}

// wire keeps what is sent, and answers nothing.
type wire struct{ sent bytes.Buffer }

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.sent.Reset()
	io.Copy(&w.sent, r.Body)
	r.Header.Write(&w.sent)
	return nil, errors.New("no network here")
}

func (w *wire) client() *http.Client { return &http.Client{Transport: w} }

// leaks sends n requests, through a shield or not, and counts the planted values that reach the transport.
func leaks(t *testing.T, n int, shielded bool) (planted, leaked int) {
	scanner, err := pii.New(&pii.Options{Patterns: []pii.Pattern{{Kind: pii.OrderID, Expression: `\bA-\d{6}\b`}}})
	require.NoError(t, err)
	p := &planter{Rand: rand.New(rand.NewPCG(1, 2))}
	shield := newShield(t, llm.ShieldOptions{Scanner: scanner, Known: func(context.Context, llm.Scope) ([]pii.Term, error) { return p.terms, nil }})
	sent := &wire{}
	client, err := openai.New("http://model.example/v1", &openai.Options{Model: "m", HTTPClient: sent.client()})
	require.NoError(t, err)
	var m llm.Model = client
	if shielded {
		m = shield.Model(m)
	}
	for range n {
		p.planted, p.terms = nil, nil
		_, err := m.Generate(t.Context(), p.request())
		require.ErrorIs(t, err, llm.ErrUnavailable, "there is no network")
		body := sent.sent.String()
		require.Contains(t, body, "You answer for the shop.")
		for _, value := range p.planted {
			planted++
			if inAnySpelling(body, value) {
				if leaked++; shielded && leaked < 20 {
					t.Logf("leaked: %s", value)
				}
			}
		}
	}
	return planted, leaked
}

// inAnySpelling looks for a value as it is, and without what separates its signs.
func inAnySpelling(body, value string) bool {
	return strings.Contains(body, value) || strings.Contains(strings.ToLower(body), strings.ToLower(value)) ||
		strings.Contains(strings.ReplaceAll(body, " ", ""), strings.ReplaceAll(value, " ", ""))
}

func TestPlantedDataNeverReachesTheTransport(t *testing.T) {
	n := 10_000
	if testing.Short() {
		n = 500
	}
	planted, leaked := leaks(t, n, true)
	t.Logf("%d requests, %d values planted, %d leaked", n, planted, leaked)
	assert.Zero(t, leaked)
}

func TestPlantedDataReachesTheTransportWithoutTheShield(t *testing.T) {
	planted, leaked := leaks(t, 100, false)
	assert.Equal(t, planted, leaked, "the check sees every value that leaks")
}
