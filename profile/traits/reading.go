package traits

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// A Reader finds traits in events: a [Lexical] one, or a [Model].
type Reader interface {
	// ReadAll returns what the events say about their customers, in the order of the events. It keeps nothing of them, and
	// is safe for concurrent use where what it rests on is. The only error is that of a ctx that has ended; what went wrong
	// besides is in the [Reading].
	ReadAll(ctx context.Context, events []clm.Event) (Reading, error)
}

var (
	_ Reader = (*Lexical)(nil)
	_ Reader = (*Model)(nil)
)

// Path says which reader made a finding.
type Path string

// The paths.
const (
	ByModel   Path = "model"
	ByPhrases Path = "lexical" // a Lexical reader, or a Model that failed
)

// A Finding is what was read from one event.
type Finding struct {
	Event    string         `json:"event"` // its ID
	Customer clm.CustomerID `json:"customer"`
	Time     time.Time      `json:"time"` // of the event
	Path     Path           `json:"path"`
	Traits   []clm.Trait    `json:"traits"` // at least one, sorted by name and value
}

func finding(e *clm.Event, path Path, found []clm.Trait) Finding {
	return Finding{Event: e.ID, Customer: e.Customer, Time: e.Time, Path: path, Traits: found}
}

// Cause is why something that a model proposed was cut.
type Cause string

// The causes.
const (
	CutText        Cause = "no such text"           // the text's number
	CutName        Cause = "unknown name"           // not a name of a trait
	CutPersonal    Cause = "personal"               // demographic or protected, and the host did not ask for it
	CutValue       Cause = "unknown value"          // not in the catalogue or the list of the name
	CutItem        Cause = "unknown item"           // no item has the id, or the item has not the value
	CutConfidence  Cause = "confidence"             // not in (0, 1]
	CutQuote       Cause = "quote not in the text"  // byte for byte and in whole words
	CutUnsupported Cause = "not in the quote"       // a size or an age that the quote does not have
	CutVoice       Cause = "words of others"        // quoted, retold, of an agent or a signature
	CutInstruction Cause = "instruction"            // to the reader
	CutOther       Cause = "about somebody else"    // for whom it is, or who it is
	CutDenied      Cause = "denied by the customer" // a negation; for a dislike, a liking
	CutImagined    Cause = "imagined"               // "if I were"
	CutSurplus     Cause = "surplus"                // more than 500 in one reply
)

// A Reading is what a [Reader] found, and what was cut.
type Reading struct {
	Findings []Finding
	// Cut counts what the model proposed and Go did not take.
	Cut map[Cause]int
	// Failures are why the model's answer was not used, one for each call that failed; the findings in its texts have the
	// path ByPhrases.
	Failures []error
	// Calls of the model, and the Texts that were read.
	Calls, Texts int
	// Withheld counts the texts that the model was not shown, because they instruct whoever reads or are not valid UTF-8.
	// The lexical reader read them.
	Withheld int
}

// Events returns the findings as events to append to a log. Their IDs follow from the event that was read and the source,
// so that a log keeps the first reading of a source and ignores repeats; their time is at or, when it is zero, the time
// of the event that was read. Folding them needs no model.
func (r *Reading) Events(at time.Time) []clm.Event {
	events := make([]clm.Event, 0, len(r.Findings))
	for _, f := range r.Findings {
		e := clm.Event{
			ID: inferredID(f.Event, f.Traits[0].Source), Customer: f.Customer, Kind: clm.Inferred, Time: f.Time, Traits: f.Traits,
		}
		if !at.IsZero() {
			e.Time = at
		}
		events = append(events, e)
	}
	return events
}

func inferredID(event, source string) string {
	id := "traits/" + source + "/" + event
	if len(id) <= clm.MaxID {
		return id
	}
	sum := sha256.Sum256([]byte(event))
	return "traits/" + source + "/sha256/" + hex.EncodeToString(sum[:])
}
