// Package sentiment says how customers feel: in a document, in each sentence, and
// towards what a sentence judges. It works without a model, learns from the
// shop's own rated reviews, and is better with a model.
//
//	engine := sentiment.NewLexicon()
//	documents, err := engine.Analyze(ctx, []sentiment.Text{{Body: "Lovely colour, but the zip broke."}})
//	if err != nil {
//		return err
//	}
//	for _, s := range documents[0].Sentences {
//		for _, o := range s.Opinions {
//			fmt.Println(o.Target.In(documents[0].Text), o.Label)
//		}
//	}
//	// colour positive
//	// zip negative
//
// # Engines
//
// Three engines are an [Analyzer]. [Lexicon] needs nothing but the text.
// [Learned] reads by a [Linear] that [Learn] made from examples, whose labels may
// be stars ([LabelOfStars]); a [Linear] alone also tells other labels apart, such
// as emotions. [Model] asks a language model, checks that what it says is in the
// text, and leaves the rest to one of the others. Every result says which engine
// made it.
//
// # Results
//
// A [Document] has both shapes that shops have code for: [Azure] brings it to
// that of Azure AI Language, and [Document.Google] to that of Google's service.
//
// # Targets
//
// What is judged is found in the text, a word each, or given in [Text.Terms].
// [Compounds] are names of two words, found by how they recur, to which such
// targets are widened. A [Targeted] learns what a text feels towards a term, and
// [Entities] says what the term is in the host's catalogue. [Themes] sums up what
// the reviews of a product talk about, with counts, a trend and quotes, and
// [Summarise] puts it into words of eight languages.
//
// # Accuracy
//
// The command "internal/bench sentiment" measures the engines on files that it
// is given, each next to the most frequent label.
package sentiment
