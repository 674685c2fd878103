// Package traits reads who customers are, what they like and what they need from what they do and say. A reader takes
// events and gives traits, each with the event and the words that say so.
//
//	lexical := traits.NewLexical(catalogue, nil)
//	folder := profile.NewFolder(catalogue, &profile.FoldOptions{Traits: lexical.Read})
//	view := profile.NewView(&store, folder) // (*profile.Profile).Traits says what holds
//
// With a model, which finds what no list of phrases does, findings become events of the log, so that a replay gives the
// same profiles without the model:
//
//	model := traits.NewModel(m, lexical, nil)
//	reading, err := model.ReadAll(ctx, events)
//	err = log.Append(ctx, reading.Events(time.Time{})...)
//
// # The two readers
//
// [Lexical] is a function of one event: phrases of seven languages (English, German, French, Spanish, Italian, Dutch and
// Portuguese, in phrases.txt), the catalogue's categories, brands and titles, and what an act says about its items.
//
// [Model] asks a model about many texts at once. Nothing that it answers is taken on trust: a quote has to be in the text
// byte for byte, a value in the catalogue or in a closed list, and a quote has to pass the guards below. What does not is
// cut and counted. Where the model fails, the lexical reader's findings take its place and the reading says so.
//
// # What is not a trait of the customer
//
// What the customer denies, buys for somebody else, quotes, retells, asks about or imagines; what a shop's agent, a mail
// signature or a quoted line says; and instructions to whoever reads, with all that comes after them. The guards prefer to
// miss a trait to inventing one: a text that speaks of somebody else gives tastes and sizes only where the customer says "I".
// They know the phrases of seven languages. A sentence in another language has no guards but those of its marks: quotation
// marks, quoted lines, question marks.
//
// A list of phrases finds what it lists. Of sentences that nothing was changed for (TestSentencesThatTheReaderWasNotMadeFor),
// it finds less than half of the traits, and takes 3 of 25 that mislead for a trait. What no guard can tell is whether a quote
// that a model gives means the label that it gives: so a model sees one customer at a time, and can be misled about nobody else.
//
// # Confidence
//
// The confidences are our judgement and no probabilities. The constants beside each reading say what they are.
package traits
