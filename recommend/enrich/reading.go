package enrich

import (
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
)

// Path says who found an attribute.
type Path string

// The paths.
const (
	ByWords Path = "words" // the attribute's words are in the text
	ByModel Path = "model" // a model says so, and quotes the text
)

// The fields of an item that are read.
const (
	Title = "title"
	Text  = "text"
)

func fieldOf(item *clm.Item, field string) string {
	if field == Title {
		return item.Title
	}
	return item.Text
}

// Finding is an attribute with the words that it rests on: Quote is the bytes
// from From to To of the item's title or text.
type Finding struct {
	Item  clm.ItemID `json:"item"`
	Name  string     `json:"name"`
	Value string     `json:"value"`
	Path  Path       `json:"path"`
	Field string     `json:"field"`
	Quote string     `json:"quote"`
	From  int        `json:"from"`
	To    int        `json:"to"` // exclusive
}

// Holds reports whether the quote is in the item where the finding says.
func (f *Finding) Holds(item *clm.Item) bool {
	if f.Item != item.ID || f.Field != Title && f.Field != Text {
		return false
	}
	s := fieldOf(item, f.Field)
	return f.Quote != "" && 0 <= f.From && f.From < f.To && f.To <= len(s) && s[f.From:f.To] == f.Quote
}

// Cause says why something that a model proposed was cut.
type Cause string

// The causes.
const (
	CutItem     Cause = "item"     // of no item that was shown, or of one a second time
	CutName     Cause = "name"     // of no attribute
	CutOwn      Cause = "own"      // the item has the attribute already
	CutRepeated Cause = "repeated" // a second value of an attribute: the first counts
	CutValue    Cause = "value"    // not allowed, or of an open attribute not words of the quote
	CutQuote    Cause = "quote"    // not in the item's title or text, byte for byte and in whole words
	CutDenied   Cause = "denied"   // the item says that it is not that
	CutWords    Cause = "words"    // the item's words say something else
	CutSurplus  Cause = "surplus"  // beyond the most that are looked at
)

// Reading is what was found in items.
type Reading struct {
	// Items are those that were given, in their order, with what was found in
	// their attributes. Attributes that they had are as they were.
	Items []clm.Item
	// Findings are what was added, by item and by the order of the attributes.
	Findings []Finding
	// Ambiguous is how often an attribute was left open because an item's words
	// name several values.
	Ambiguous int

	// Asked is how many different texts the model was shown, Cached how many
	// items needed no asking.
	Asked, Cached int
	// Omitted is how many texts the model did not answer for, and Unread how many
	// it was not shown because calls failed. These items have what the words say.
	Omitted, Unread int
	// Cut counts what the model proposed and nothing supports.
	Cut map[Cause]int
	// Calls that were made, their Usage as far as it was counted, and why some
	// failed. A call takes two turns where the first answer has not the asked form.
	Calls    int
	Usage    llm.Usage
	Failures []error
}

// add gives an item an attribute.
func (r *Reading) add(item *clm.Item, f Finding) {
	if item.Attributes == nil {
		item.Attributes = map[string]string{}
	}
	item.Attributes[f.Name] = f.Value
	r.Findings = append(r.Findings, f)
}
