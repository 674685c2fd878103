// Package lexical searches and compares texts without any model weights. Index ranks documents for a query by BM25
// over words and character n-grams; Embedder is an llm.Embedder by latent semantic analysis, fitted to the host's own
// texts.
//
//	index, err := lexical.NewIndex([]lexical.Document{
//		{ID: "returns", Title: "Returns", Text: "You can send back any item within 30 days."},
//		{ID: "delivery", Title: "Delivery", Text: "Orders leave our warehouse the next working day."},
//	}, nil)
//	if err != nil {
//		return err
//	}
//	for _, hit := range index.Search("when is my order delivred?", 1) {
//		fmt.Println(hit.ID, hit.Matched)
//	}
//	// delivery [order]
//
// # Which of the two
//
// Index is for a query that looks for a document: its words, misspelt or inflected, occur there. Embedder is for texts
// of the same kind that should lie near each other, such as products, questions or reviews; words that occur in the
// same company get near vectors, and it needs some hundred texts to learn that. It is no substitute for a trained model
// when the meaning lies in more than the words.
//
// # Languages
//
// Both take a BCP 47 tag that chooses the stemmer and the stop words; the empty tag is English. Scripts that write
// without spaces, such as Chinese, Japanese and Thai, are cut into pairs of characters and work under any tag.
package lexical
