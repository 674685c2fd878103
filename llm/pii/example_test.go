package pii_test

import (
	"fmt"
	"log"

	"github.com/clmkit/clmkit/llm/pii"
)

func Example() {
	scanner, err := pii.New(&pii.Options{Patterns: []pii.Pattern{{Kind: pii.OrderID, Expression: `\bA-\d{6}\b`}}})
	if err != nil {
		log.Fatal(err)
	}
	text := "Hi, this is Anna. Where is A-204518? My card is 4111 1111 1111 1111."
	for _, f := range scanner.Scan(text, pii.Term{Kind: pii.Name, Value: "Anna Berg"}) {
		fmt.Println(f.Kind, text[f.Start:f.End])
	}
	// Output:
	// name Anna
	// order_id A-204518
	// card 4111 1111 1111 1111
}

// Offsets are those of the original, whatever forms of digits, dashes and spaces it is written in.
func ExampleScanner_Scan() {
	scanner, err := pii.New(nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, text := range []string{
		"Liefern Sie bitte an Hauptstraße 12a, 10115 Berlin, Tel. 030 901820",
		"我叫王小明，手机号码是１３８－１２３４－５６７８",
		"Order 4155552671 of 2024-05-31 cost 1,299.00",
	} {
		for _, f := range scanner.Scan(text) {
			fmt.Printf("%s %q by %s, score %.2f\n", f.Kind, text[f.Start:f.End], f.Recogniser, f.Score)
		}
	}
	// Output:
	// address "Hauptstraße 12a, 10115 Berlin" by address, score 0.95
	// phone "030 901820" by phone, score 0.85
	// name "王小明" by name/introduction, score 0.75
	// phone "１３８－１２３４－５６７８" by phone, score 0.85
}

func ExampleOptions() {
	scanner, err := pii.New(&pii.Options{
		Kinds:     []pii.Kind{pii.NationalID},
		Countries: []string{"NL", "BE"},
		Patterns:  []pii.Pattern{{Kind: "loyalty", Expression: `\b\d{8}\b`, Words: []string{"bonus", "klantenkaart"}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	text := "Mijn BSN is 111222333, klantenkaart 20481516. De vorige bestelling, met voor en na ook nog nummer 20481517, was voor 85.07.30-033.28"
	for _, f := range scanner.Scan(text) {
		fmt.Println(f.Kind, text[f.Start:f.End], f.Recogniser)
	}
	// Output:
	// national_id 111222333 national_id/nl
	// loyalty 20481516 pattern
	// national_id 85.07.30-033.28 national_id/be
}

// What the host knows of a customer is found without any cue.
func ExampleTerm() {
	scanner, err := pii.New(nil)
	if err != nil {
		log.Fatal(err)
	}
	record := []pii.Term{{Kind: pii.Name, Value: "Zoë Müller-Groß"}, {Kind: pii.CustomerID, Value: "C 1234-5678"}}
	text := "ZOE MULLER GROSS, number c12345678, asks for Zoë's parcel"
	for _, f := range scanner.Scan(text, record...) {
		fmt.Println(f.Kind, text[f.Start:f.End])
	}
	// Output:
	// name ZOE MULLER GROSS
	// customer_id c12345678
	// name Zoë
}
