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
// Sources propose items: what the same customers bought (itemknn, ease), what
// the customers with the most similar histories bought, ever or lately (alike,
// lately), what goes into one order or into the next (together, next), what is
// looked at with it (viewed), what has a similar text (content), what the
// customer buys again (repeat), what sells, rises or is new (popularity,
// trending, arrivals). Their scores are added up with weights that [Fit] chooses
// on the last days before its moment. A ranker of gradient-boosted trees, which
// learned in that window what customers then bought, orders the best of the sum.
// Where a blend is not better than its best source on customers that did not
// choose it, that source is used alone, and where a ranker is not better than the
// best source on days that it did not learn from, there is none.
//
// Two tasks have weights and a ranker of their own: [NewItems] excludes what the
// customer has bought, [NextBasket] does not. Use the second where people buy
// the same things again.
//
// Then come, if the request has them, a model that orders the head of the list
// where it was measured to help (package rerank), the shop's rules (package
// rules), and a policy that gives some places to what too little is known of
// (package explore).
//
// # What to ask for
//
//	for a customer             Request{Customer: id}
//	for a visit, or a guest    Request{Session: events}
//	similar items              Request{SimilarTo: item}
//	bought together            Request{SimilarTo: item, Sources: []string{Together}}
//	also viewed                Request{SimilarTo: item, Sources: []string{Viewed}}
//	trending, popular, new     Request{Sources: []string{Trending}}, Popularity, Arrivals
//	an order for a given list  Request{Customer: id, Among: items}
//	without a profile          Request{Impersonal: true}
//	for all customers          [Model.Batch]
//	who would want an item     [Model.Audience]
//	rows with a title          [Model.Carousels]
//
// Who has only looked and searched gets items with a similar text, who is
// unknown what is popular, and a shop without orders shows its catalogue, the
// newest of each category first.
//
// # What it needs
//
// Orders are enough. Views and searches help where there are none; a catalogue
// gives texts, stock, and says what may be shown; exposures say what was shown
// and not taken. No model is needed; [ContentOptions.Embedder] and
// [Request.Model] are where one comes in.
//
// # What it costs
//
// A list costs what the customer's history costs, not what the catalogue has. On
// 10 million order lines of 200,000 customers and 100,000 items a fit took 96 s
// and 3 GB on two cores, and a list of ten with a filter, promotions and diversity
// 0.4 ms in the middle and 1.3 ms at the 99th percentile: go run ./internal/bench
// lists.
//
// # How good it is
//
// [Evaluate] fits on what was known at a moment and scores what customers did
// after it, with popularity and other baselines beside. Run it on your own log
// before you trust a list. [Tune] tries settings on your own last days, and
// [HoldOut] makes the lists on which a model is measured.
//
// # Keeping it
//
// A [Model] is bytes and back ([Model.MarshalBinary], [Load]), and takes in later
// events without a new fit ([Model.Update]). What a customer does meanwhile is in
// [Request.Session].
package recommend
