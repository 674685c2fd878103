package filter

import "strings"

// A Rule is one expression of a filter of Amazon Personalize.
type Rule struct {
	// Include says what happens to what meets Where: it stays, or else it goes.
	Include bool
	// Of is what is filtered.
	Of Subject
	// Where is the condition, on fields named Items.X, Users.X, Actions.X,
	// CurrentItem.X, Interactions.EVENT_TYPE and Action_Interactions.EVENT_TYPE.
	Where *Expr
	// If is the condition under which the rule applies, on fields named
	// CurrentUser.X. Nil when it always does.
	If *Expr
}

// Rules are the expressions of one filter, joined by |. Their order does not
// matter.
type Rules []Rule

// A Subject is what a rule filters.
type Subject string

// The subjects, as expressions name them.
const (
	Items   Subject = "ItemID"
	Users   Subject = "UserID"
	Actions Subject = "ActionID"
)

// String returns the rules in canonical form.
func (rs Rules) String() string {
	texts := make([]string, len(rs))
	for i, r := range rs {
		texts[i] = r.String()
	}
	return strings.Join(texts, " | ")
}

// String returns the rule in canonical form.
func (r Rule) String() string {
	text := "EXCLUDE "
	if r.Include {
		text = "INCLUDE "
	}
	text += string(r.Of) + " WHERE " + r.Where.String()
	if r.If != nil {
		text += " IF " + r.If.String()
	}
	return text
}

// Equal reports whether two sets of rules are the same, in the same order.
func (rs Rules) Equal(others Rules) bool {
	if len(rs) != len(others) {
		return false
	}
	for i, r := range rs {
		o := others[i]
		if r.Include != o.Include || r.Of != o.Of || !r.Where.Equal(o.Where) || !r.If.Equal(o.If) {
			return false
		}
	}
	return true
}

// The datasets that fields belong to.
const (
	dataItems              = "Items"
	dataUsers              = "Users"
	dataActions            = "Actions"
	dataAction             = "Action" // one of the documented examples says so
	dataCurrentItem        = "CurrentItem"
	dataCurrentUser        = "CurrentUser"
	dataInteractions       = "Interactions"
	dataActionInteractions = "Action_Interactions"
	eventType              = "EVENT_TYPE"
)

// datasets are those whose fields a WHERE may begin with, by subject.
var datasets = map[Subject][]string{
	Items:   {dataItems, dataInteractions},
	Users:   {dataUsers, dataInteractions},
	Actions: {dataActions, dataAction, dataActionInteractions},
}

// split cuts the name of a field into its dataset and the rest.
func split(field string) (dataset, rest string) {
	dataset, rest, _ = strings.Cut(field, ".")
	return dataset, rest
}

// canonical returns the name of a field with its dataset as the documentation
// writes it, and EVENT_TYPE likewise. The other fields are the host's.
func canonical(field string) string {
	dataset, rest := split(field)
	for _, d := range []string{dataItems, dataUsers, dataActions, dataAction, dataCurrentItem, dataCurrentUser, dataInteractions, dataActionInteractions} {
		if rest == "" || !strings.EqualFold(d, dataset) {
			continue
		}
		if events(d) && strings.EqualFold(rest, eventType) {
			rest = eventType
		}
		return d + "." + rest
	}
	return field
}

// events reports the datasets that have events.
func events(dataset string) bool {
	return dataset == dataInteractions || dataset == dataActionInteractions
}
