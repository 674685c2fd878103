// Package orders reads exports of order lines, one row for each product of an
// invoice, into the events and the catalogue that the rest of clmkit works on.
//
//	history, err := orders.ReadFiles(ctx, []string{"export.csv.gz"}, &orders.Options{Currency: "GBP"})
//	if err != nil {
//		return err
//	}
//	for _, a := range history.Report.Aside {
//		fmt.Println(a.Rows, a.Reason)
//	}
//	log := clm.NewMemory(nil)
//	report, err := clm.Ingest(ctx, log, clm.Sequence(history.Events), nil) // a date in the future is set aside
//
// The default columns are those of the Online Retail data set of the UCI
// Machine Learning Repository; [Columns] names others.
//
// # Events
//
// Each invoice is one event. An invoice whose number begins with C is a
// cancellation: it becomes a return, with positive quantities. The event's ID
// follows from the number, so reading an export again adds nothing to a log.
// An invoice has the earliest of its rows' dates and its rows may be scattered
// over the sources. Amounts are exact: price times quantity is computed before
// anything is rounded.
//
// # What is set aside
//
// Every row either becomes a line of an event or is counted in the [Report]
// under one [Reason], with examples. [Reasons] lists them in the order in
// which they are checked. A row that is broken never ends the reading.
//
// # The catalogue
//
// An item's title is the description that most of its sold and returned lines
// carry, its price the median of its latest 20 sold lines. Lines without a
// customer count for both. Without a category column an item has at most two
// categories: the words of its title that the titles of other items share.
package orders
