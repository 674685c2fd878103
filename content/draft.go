package content

import (
	"errors"
	"fmt"
	"strings"

	"github.com/clmkit/clmkit/clm"
)

// A Draft is a message that has not been checked.
type Draft struct {
	// Subject is empty on channels without one.
	Subject string `json:"subject" jsonschema:"the subject line, empty when the channel has none"`
	Body    string `json:"body" jsonschema:"the message"`
	// Claims are the statements of fact about products that the draft declares. What it does not declare is checked too.
	Claims []Claim `json:"claims" jsonschema:"every statement of fact about a product"`
}

// A Claim is a statement of fact about one item.
type Claim struct {
	Text string     `json:"text" jsonschema:"the words of the message, unchanged"`
	Item clm.ItemID `json:"item" jsonschema:"the id of the item that they are about"`
}

// Rule is the id of a check.
type Rule string

// The rules. Each finding names the one that was broken.
const (
	RuleEmpty       Rule = "empty"       // there is text where the channel needs it
	RuleLength      Rule = "length"      // the text fits the channel
	RuleCharacter   Rule = "character"   // no invisible, bidirectional, look-alike or spelled-out characters
	RuleMarkup      Rule = "markup"      // no HTML and no Markdown links
	RulePlaceholder Rule = "placeholder" // nothing is left to fill in
	RuleName        Rule = "name"        // the customer is called by the brief's name
	RuleContact     Rule = "contact"     // links, addresses and phone numbers are the brief's
	RuleMoney       Rule = "money"       // amounts are the item's price or follow from the offer
	RulePercent     Rule = "percent"     // percentages are the offer's or stand in the item's text
	RuleCode        Rule = "code"        // discount codes are the offer's
	RuleDeadline    Rule = "deadline"    // dates and deadlines are the offer's
	RulePromise     Rule = "promise"     // what is free, reduced or granted is the offer's
	RuleCustomer    Rule = "customer"    // what is said about the customer's past is in the profile
	RulePortrait    Rule = "portrait"    // what the portrait says of the customer is not told back
	RuleProduct     Rule = "product"     // products are the brief's
	RuleNumber      Rule = "number"      // other numbers stand in the item's text, with the same unit
	RuleClaim       Rule = "claim"       // what is said about an item stands in its text
)

// A Finding is one thing in a draft that must not leave.
type Finding struct {
	Rule Rule
	// Field is "subject", "body" or "claims".
	Field string
	// Start and End are byte offsets in the field: what was found is field[Start:End]. Both are 0 for what is missing,
	// and for claims.
	Start, End int
	// Found is the text that breaks the rule.
	Found string
	// Expected says what would have passed.
	Expected string
}

// String is the finding in one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s[%d:%d] %q, expected %s", f.Rule, f.Field, f.Start, f.End, f.Found, f.Expected)
}

// Evidence is the place in the catalogue that a claim rests on.
type Evidence struct {
	// Field, Start and End are where the claim stands in the draft.
	Field string     `json:"field"`
	Start int        `json:"start"`
	End   int        `json:"end"`
	Item  clm.ItemID `json:"item"`
	// Source is the item's field: "title", "text", "brand", "price", "categories[0]" or "attributes.NAME".
	Source string `json:"source"`
	// SourceStart and SourceEnd are byte offsets in that field, and Quote is what stands there. A price and the name of
	// an attribute are quoted whole, with offsets 0 and the quote's length.
	SourceStart int    `json:"source_start"`
	SourceEnd   int    `json:"source_end"`
	Quote       string `json:"quote"`
}

// A Report is the result of checking a draft: it may leave when there are no findings.
type Report struct {
	// Findings by field, subject first, and place.
	Findings []Finding
	// Evidence for what was found to be supported, in the same order.
	Evidence []Evidence
}

// ErrRejected is wrapped by the error about a draft with findings. Use [errors.AsType] with [*RejectedError] to get at
// them.
var ErrRejected = errors.New("content: draft rejected")

// A RejectedError says why a draft must not leave. It wraps [ErrRejected].
type RejectedError struct {
	Findings []Finding // at least one
}

// Error names every finding.
func (e *RejectedError) Error() string {
	texts := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		texts[i] = f.String()
	}
	return ErrRejected.Error() + ": " + strings.Join(texts, "; ")
}

// Unwrap returns [ErrRejected].
func (e *RejectedError) Unwrap() error { return ErrRejected }

// Err returns a [*RejectedError] when there are findings, else nil.
func (r *Report) Err() error {
	if len(r.Findings) == 0 {
		return nil
	}
	return &RejectedError{r.Findings}
}
