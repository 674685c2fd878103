package llm

import (
	"cmp"
	"errors"
	"fmt"
	"sort"
	"time"
)

// RunLimits are where a [Run] ends without an answer, at the latest. They hold for one run: one that continues its messages
// begins anew.
type RunLimits struct {
	// Steps is how often the model is called. Tool calls that no step is left to read are not made. Default: 8.
	Steps int
	// Calls is how many tool calls the model may write, made or not. Default: 32.
	Calls int
	// Faults is how many tool calls the model may write that cannot be made: of tools that do not exist, with arguments
	// that do not fit, or again and again. It is told what is wrong with each. Default: 4.
	Faults int
	// Tokens of all requests and answers. Before each call the most that the request can be is set aside: what the model
	// counted the last time, and the bound of [CountTokens] for what was added since, so that the bound of a whole request,
	// some four times the count, matters in the first step only. MaxTokens is cut to what is left; a request without it is
	// sent with 1024. When nothing is left, nothing is sent. 0: no limit.
	//
	// It is hard where each answer has its Usage, one tokenizer counts, and the model makes one attempt for each call; a
	// model that does not count is charged with the bounds. A [Budget] in the model holds in the other cases too.
	Tokens int64
	// Micros is the money for all requests and answers at RunOptions.Price, kept like Tokens. 0: no limit.
	Micros Micros
	// Time on the wall. 0: no limit but the caller's ctx.
	Time time.Duration
}

func (l RunLimits) check(price Price) error {
	switch {
	case min(l.Steps, l.Calls, l.Faults) < 0 || l.Tokens < 0 || l.Micros < 0 || l.Time < 0:
		return errors.New("negative limit")
	case l.Micros > 0 && price == Price{}:
		return errors.New("limit of money without a price")
	}
	return price.check()
}

func (l RunLimits) withDefaults() RunLimits {
	l.Steps, l.Calls, l.Faults = cmp.Or(l.Steps, 8), cmp.Or(l.Calls, 32), cmp.Or(l.Faults, 4)
	return l
}

// limitError is a limit of the run itself that was reached.
type limitError struct {
	end   End
	text  string
	cause error
}

func (e *limitError) Error() string { return string(e.end) + ": " + e.text }

func (e *limitError) Unwrap() error { return e.cause }

// meter counts the tokens of a run and their price, and foresees those of the next call.
type meter struct {
	limits RunLimits
	price  Price
	count  *CountOptions
	used   Amount
	// The tokens of the last request as the model counted them, and how many messages it had: the next request is that one
	// and what was added.
	known, messages int
}

// metered reports whether there is anything to foresee.
func (l RunLimits) metered() bool { return l.Tokens > 0 || l.Micros > 0 }

// room is what a call may use.
type room struct {
	input  int // the most tokens that the request is
	output int // the most that the answer may have; 0 when there is no limit
	cut    End // the limit that left the answer less than the request allows it
}

// room of a call that asks ask.
func (m *meter) room(ask *Request) (room, error) {
	if !m.limits.metered() {
		return room{}, nil
	}
	input, err := m.bound(ask)
	if err != nil {
		return room{}, err
	}
	r := room{input: input, output: *ask.MaxTokens}
	if left := m.limits.Tokens - m.used.Tokens - int64(input); m.limits.Tokens > 0 && left < int64(r.output) {
		r.output, r.cut = int(max(left, 0)), EndTokens
	}
	if m.limits.Micros > 0 && r.output > 0 {
		left := m.limits.Micros - m.used.Micros
		if n := sort.Search(r.output, func(n int) bool { return m.price.bound(input, n+1) > left }); n < r.output {
			r.output, r.cut = n, EndCost
		}
	}
	if r.output < 1 {
		return r, &limitError{end: r.cut, text: fmt.Sprintf("%s, and the next request may have %d tokens", m, input)}
	}
	return r, nil
}

// String is what has been used.
func (m *meter) String() string {
	return fmt.Sprintf("%d tokens used, %d micros spent", m.used.Tokens, m.used.Micros)
}

// bound is the most tokens that ask is.
func (m *meter) bound(ask *Request) (int, error) {
	all, err := boundTokens(ask, m.count)
	if err != nil || m.known == 0 {
		return all, err
	}
	added, err := boundTokens(&Request{Messages: ask.Messages[m.messages:]}, m.count)
	return int(min(int64(all), plus(int64(m.known), int64(added)))), err
}

// settle counts an answer to ask, whose tokens room foresaw.
func (m *meter) settle(ask *Request, r room, resp *Response) {
	m.known, m.messages = resp.Usage.Input, len(ask.Messages)
	u := resp.Usage
	if u.Input <= 0 {
		u.Input = r.input
	}
	if u.Output <= 0 && m.limits.metered() {
		output, _ := boundTokens(&Request{Messages: []Message{resp.Message()}}, nil) // answers have no media
		u.Output = min(output, r.output)
	}
	tokens := plus(int64(max(u.Input, 0)), int64(max(u.Output, 0)))
	m.used = m.used.plus(Amount{m.price.Cost(u), tokens})
}

// spent is an error when nothing is left for another call, whatever it asks.
func (m *meter) spent() error {
	switch {
	case m.limits.Tokens > 0 && m.used.Tokens >= m.limits.Tokens:
		return &limitError{end: EndTokens, text: m.String()}
	case m.limits.Micros > 0 && m.used.Micros >= m.limits.Micros:
		return &limitError{end: EndCost, text: m.String()}
	}
	return nil
}
