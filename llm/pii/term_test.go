package pii_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm/pii"
)

func TestTermsLeaveNothingOfWhatHoldsThem(t *testing.T) {
	scanner, err := pii.New(nil)
	require.NoError(t, err)
	for _, c := range []struct {
		kind              pii.Kind
		term, text, whole string
	}{
		{pii.Postcode, "1234", "Call +49 1234 567890.", "+49 1234 567890"},
		{pii.CustomerID, "8888", "My card is 4012 8888 8888 1881.", "4012 8888 8888 1881"},
		{pii.OrderID, "370400", "IBAN DE89 370400 440532013000", "DE89 370400 440532013000"},
		{pii.Name, "Anna", "Write to anna@lindqvist.example.org.", "anna@lindqvist.example.org"},
		{pii.Phone, "151 98765", "Call +49 151 98765 432.", "+49 151 98765 432"},
	} {
		found := scanner.Scan(c.text, pii.Term{Kind: c.kind, Value: c.term})
		require.Len(t, found, 1, c.text)
		assert.Equal(t, c.whole, c.text[found[0].Start:found[0].End])
	}
}

func TestManyTermsAreFoundLikeOne(t *testing.T) {
	scanner, err := pii.New(nil)
	require.NoError(t, err)
	texts := map[string]string{ // term: text in which it is found
		"Anna Berg": "ANNA-BERG", "annab": "anna b", "ann": "Ann", "A7": "a7", "A": "", "Berg": "Berg", "4915112345678": "+49 151 1234 5678",
		"李小龙": "李小龙", "Åsa": "asa",
	}
	var terms []pii.Term
	for term := range texts {
		terms = append(terms, pii.Term{Kind: pii.OrderID, Value: term})
	}
	for term, text := range texts {
		one := scanner.Scan(text, pii.Term{Kind: pii.OrderID, Value: term})
		assert.Equal(t, text != "", len(one) == 1, term)
		assert.Equal(t, one, scanner.Scan(text, terms...), term)
	}
}

func TestManyTermsTakeLittleTime(t *testing.T) {
	scanner, err := pii.New(nil)
	require.NoError(t, err)
	var terms []pii.Term
	var text strings.Builder
	for i := range 10_000 {
		terms = append(terms, pii.Term{Kind: pii.Email, Value: fmt.Sprintf("a.a%d@example.org", i)})
		text.WriteString("a a a ")
	}
	start := time.Now()
	scanner.Scan(text.String(), terms...)
	assert.Less(t, time.Since(start), 2*time.Second)
}
