// Package pii finds personal data in text: a Scanner returns where it stands and what it is. It needs no model and no
// network: shapes, check digits and the words around decide, and terms that the host knows from its customer record.
//
//	scanner, err := pii.New(&pii.Options{Patterns: []pii.Pattern{{Kind: pii.OrderID, Expression: `\bA-\d{6}\b`}}})
//	if err != nil {
//		return err
//	}
//	text := "Hi, this is Anna. Where is A-204518? My card is 4111 1111 1111 1111."
//	for _, f := range scanner.Scan(text, pii.Term{Kind: pii.Name, Value: "Anna Berg"}) {
//		fmt.Println(f.Kind, text[f.Start:f.End])
//	}
//	// name Anna
//	// order_id A-204518
//	// card 4111 1111 1111 1111
package pii
