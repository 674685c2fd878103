package support

import (
	"regexp"
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// Reason is why a human has to answer.
type Reason string

// The reasons, in the order in which they are looked for. All but the last two follow from phrases in the question.
const (
	Legal    Reason = "legal threat"        // a lawyer, a court, a regulator
	Human    Reason = "asks for a human"    // an agent, a manager, a call back
	Angry    Reason = "complaint"           // a complaint, a scandal, fraud
	OwnOrder Reason = "customer's own case" // where this customer's order or money is: not in the documents
	Unclear  Reason = "nothing asked"       // no word that carries meaning
	Unknown  Reason = "not in the documents"
)

// rule hands off questions that have one of its phrases, which are words in a row in lower case.
type rule struct {
	reason  Reason
	phrases string // parted by bars
}

// rules are the phrases of English and German. Both are looked for whatever the language of the question.
var rules = []rule{
	{Legal, "lawyer|attorney|solicitor|sue you|sue the|suing|take legal action|legal action|see you in court|take you to court|small claims|consumer protection|trading standards|ombudsman|regulator|anwalt|rechtsanwalt|anzeige|verklagen|klage|gericht|verbraucherschutz|verbraucherzentrale"},
	{Human, "speak to a human|speak with a human|talk to a human|talk with a human|real person|a human being|human agent|live agent|speak to someone|talk to someone|speak with someone|speak to a person|talk to a person|speak to an agent|talk to an agent|speak to a manager|your manager|a supervisor|representative|call me back|call me|customer service agent|mit einem menschen|einen menschen|mitarbeiter sprechen|mit jemandem sprechen|ruckruf|rückruf|vorgesetzten"},
	{Angry, "file a complaint|make a complaint|formal complaint|i want to complain|complain about|unacceptable|outrageous|disgusting|terrible service|worst service|worst company|scam|scammed|fraud|fraudsters|rip off|ripped off|ridiculous|never again|fed up|beschwerde|beschweren|unverschamt|unverschämt|betrug|betruger|betrüger|frechheit|skandal"},
	{OwnOrder, "where is my order|where's my order|where is my parcel|where's my parcel|where is my package|where's my package|where is my delivery|where is my refund|where's my refund|status of my order|status of my refund|status of my return|my order number|my order has not|my order hasn't|my order is late|my order never|my order still|my parcel has not|my parcel hasn't|my parcel is|my parcel never|my package has not|my package hasn't|my package never|my package is|my refund has not|my refund hasn't|when will my order|when will my parcel|when will my package|when will my refund|when does my order|has my order|has my parcel|has my package|did my order|is my order|is my refund|cancel my order now|i ordered|i have ordered|i received the wrong|arrived damaged|arrived broken|my last order|my account balance|wo ist meine bestellung|wo ist mein paket|wo bleibt meine bestellung|wo bleibt mein paket|wann kommt meine bestellung|wann kommt mein paket|status meiner bestellung|meine bestellung ist|meine bestellung wurde|meine bestellnummer|ich habe bestellt"},
}

// orderNumber is an order's number in a question: "#10234", "order 10234-7".
var orderNumber = regexp.MustCompile(`(?i)#\s?\d{4,}|\b(?:order|bestellung|bestellnummer|parcel|paket)\s*(?:number|no\.?|nr\.?|id)?\s*[:#]?\s*[a-z]{0,3}-?\d{4,}`)

// general are beginnings of questions about how things are done, in which "my order" is anybody's.
var general = regexp.MustCompile(`(?i)^\W*(?:hi|hello|hey|hallo|please)?\W*(?:how (?:do|can|could|should|would|long|much|often|to)|can i|could i|may i|am i able|is it possible|what (?:happens|if|should|do i)|do you|kann ich|wie (?:kann|lange|viel|oft)|was passiert|was kostet)\b`)

// triage returns the reason to hand a question off and the words that show it; "" when there is none.
func triage(question string) (Reason, string) {
	var words []string
	for t := range text.Tokens(question) {
		words = append(words, t.Word)
	}
	padded := " " + strings.Join(words, " ") + " "
	for _, r := range rules {
		if r.reason == OwnOrder && general.MatchString(question) {
			continue
		}
		for phrase := range strings.SplitSeq(r.phrases, "|") {
			if strings.Contains(padded, " "+phrase+" ") {
				return r.reason, phrase
			}
		}
	}
	if found := orderNumber.FindString(question); found != "" {
		return OwnOrder, found
	}
	return "", ""
}
