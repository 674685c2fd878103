package sentiment

// An Opinion is what a sentence says of a target.
type Opinion struct {
	Target      Span
	Label       Label
	Confidences Confidences
}
