// Package recommend ranks a catalogue for a customer, by what customers did
// before a moment, and gives a reason for each item that is true.
//
//	model, err := recommend.Fit(ctx, events, catalogue, time.Now(), nil)
//	if err != nil {
//		return err
//	}
//	result, err := model.Recommend(ctx, recommend.Request{Customer: "c1", K: 5})
//	if err != nil {
//		return err
//	}
//	for _, item := range result.Items {
//		fmt.Println(item.Rank, item.ID, item.Reason.English(catalogue))
//	}
//
// # What it does
//
// Several sources score all items: what the same customers bought (itemknn,
// ease), what has a similar text (content), what the customer buys again and
// again (repeat), what sells (popularity). Their scores are added up with
// weights that [Fit] chooses on the last days before its moment. Where a blend
// is not better there than its best source, that source is used alone.
//
// Two tasks have weights of their own: [NewItems] excludes what the customer
// has bought, [NextBasket] does not. Use the second where people buy the same
// things again.
//
// Who has only looked and searched gets items with a similar text, and who is
// unknown gets what is popular. [Request.Impersonal] is for customers who
// refuse profiling, [Request.SimilarTo] for the page of an item.
//
// # What it needs
//
// Orders are enough. Views and searches help where there are none; a catalogue
// gives texts, stock, and says what may be shown. No model is needed;
// [ContentOptions.Embedder] is where one comes in.
//
// # How good it is
//
// [Evaluate] fits on what was known at a moment and scores what customers did
// after it, with popularity and other baselines beside. Run it on your own log
// before you trust a list.
package recommend
