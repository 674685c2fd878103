// Package support answers customers' questions from the shop's own documents, with citations, or says that it does not
// know and hands the question to a human.
//
//	knowledge, err := support.NewKnowledge([]support.Document{
//		{ID: "returns", Title: "Returns", Text: "You can return an item within 30 days. The label is in the parcel."},
//	}, nil)
//	agent := support.NewAgent(knowledge, nil) // or &support.Options{Model: model}
//	answer, err := agent.Answer(ctx, &support.Question{Customer: "c-17", Text: "Until when can I return an item?", Time: now})
//	answer.Text      // "You can return an item within 30 days."
//	answer.Citations // [{returns 0 38 "You can return an item within 30 days."}]
//	answer.Handoff   // nil, or why a human has to answer
//
// # When it answers
//
// Words that ask for a human, complain, threaten with the law, or ask about the customer's own order are handed off: the
// rules are lists of phrases, see [Reason]. Every other question is answered when one passage covers enough of it: the
// share of the question's words, rare ones weighing more, that the passage has. That share is [Answer.Coverage]. It says
// how much of the question the passage speaks of and is no probability of being right.
//
// # What is said
//
// Without a model the answer quotes sentences of one document, unchanged. With a model the answer is worded by the model
// and checked by Go: each sentence needs a citation whose quote stands in the document byte for byte, and every word and
// number of the sentence has to be in its quotes. What does not hold is cut, and [Answer.Cut] counts it; when nothing is
// left the quoting path answers. Neither a question nor a document can change these checks. They do not understand: a
// model that arranges a quote's own words into another statement is noticed only where it adds or drops a negation.
package support
