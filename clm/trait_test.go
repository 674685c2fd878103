package clm_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
)

func trait() clm.Trait {
	return clm.Trait{
		Name: clm.WearsSize, Value: "M", Confidence: 0.8, Seen: now, Source: "test/1",
		Evidence: []clm.Evidence{{Event: "e-1", Field: "text", Quote: "size M", From: 7, To: 13}},
	}
}

func TestEvidenceHoldsOnlyWhereItsQuoteStands(t *testing.T) {
	e := clm.Event{ID: "e-1", Text: "I wear size M", Query: "socks"}
	for name, c := range map[string]struct {
		evidence clm.Evidence
		holds    bool
	}{
		"a quote of the text":       {clm.Evidence{Event: "e-1", Field: "text", Quote: "size M", From: 7, To: 13}, true},
		"a quote of the query":      {clm.Evidence{Event: "e-1", Field: "query", Quote: "socks", From: 0, To: 5}, true},
		"an act":                    {clm.Evidence{Event: "e-1"}, true},
		"another event":             {clm.Evidence{Event: "e-2"}, false},
		"a quote that is not there": {clm.Evidence{Event: "e-1", Field: "text", Quote: "size L", From: 7, To: 13}, false},
		"a byte beside it":          {clm.Evidence{Event: "e-1", Field: "text", Quote: "size M", From: 6, To: 12}, false},
		"beyond the end":            {clm.Evidence{Event: "e-1", Field: "text", Quote: "M!", From: 12, To: 14}, false},
		"before the beginning":      {clm.Evidence{Event: "e-1", Field: "text", Quote: "I", From: -1, To: 0}, false},
		"nothing quoted":            {clm.Evidence{Event: "e-1", Field: "text"}, false},
		"another field":             {clm.Evidence{Event: "e-1", Field: "item", Quote: "x", From: 0, To: 1}, false},
		"a quote of an act":         {clm.Evidence{Event: "e-1", Quote: "I", From: 0, To: 1}, false},
	} {
		assert.Equal(t, c.holds, c.evidence.Holds(&e), name)
	}
}

func TestValidateNamesWhatIsWrongWithATrait(t *testing.T) {
	for field, change := range map[string]func(*clm.Event){
		"traits[0].name":              func(e *clm.Event) { e.Traits[0].Name = "" },
		"traits[0].value":             func(e *clm.Event) { e.Traits[0].Value = "" },
		"traits[0].source":            func(e *clm.Event) { e.Traits[0].Source = "" },
		"traits[0].confidence":        func(e *clm.Event) { e.Traits[0].Confidence = 1.1 },
		"traits[0].evidence":          func(e *clm.Event) { e.Traits[0].Evidence = nil },
		"traits[0].seen":              func(e *clm.Event) { e.Traits[0].Seen = clm.Event{}.Time },
		"traits[0].evidence[0].event": func(e *clm.Event) { e.Traits[0].Evidence[0].Event = "" },
		"traits[0].evidence[0].field": func(e *clm.Event) { e.Traits[0].Evidence[0].Field = "item" },
		"traits[0].evidence[0].to":    func(e *clm.Event) { e.Traits[0].Evidence[0].To = 99 },
		"traits[0].evidence[0].quote": func(e *clm.Event) { e.Traits[0].Evidence[0].Quote = "\xff" },
		"traits":                      func(e *clm.Event) { e.Kind, e.Text = clm.Messaged, "hello" },
		"correction":                  func(e *clm.Event) { e.Correction = &clm.Correction{} },
		"alias":                       func(e *clm.Event) { e.Alias = "v" },
	} {
		e := clm.Event{ID: "e", Customer: "c", Kind: clm.Inferred, Time: now, Traits: []clm.Trait{trait()}}
		require.NoError(t, e.Validate(now))
		change(&e)
		assert.ErrorContains(t, e.Validate(now), ": "+field+": ")
	}
}

func TestValidateNamesWhatIsWrongWithAWordOnATrait(t *testing.T) {
	for field, c := range map[string]clm.Correction{
		"correction.name":    {Value: "M", Verdict: clm.Pin},
		"correction.value":   {Name: "size", Verdict: clm.Pin},
		"correction.verdict": {Name: "size", Value: "M", Verdict: "forget"},
	} {
		e := clm.Event{ID: "e", Customer: "c", Kind: clm.Corrected, Time: now, Correction: &c}
		assert.ErrorContains(t, e.Validate(now), ": "+field+": ")
	}
	own := clm.Event{ID: "e", Customer: "c", Kind: clm.Identified, Time: now, Alias: "c"}
	assert.ErrorContains(t, own.Validate(now), "alias: the customer's own id")
}
