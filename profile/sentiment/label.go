package sentiment

// A Label says how a text feels.
type Label = string

// The labels of a document. A sentence is never mixed.
const (
	Positive Label = "positive"
	Neutral  Label = "neutral"
	Negative Label = "negative"
	Mixed    Label = "mixed"
)
