package content

import (
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
)

// ErrBrief is wrapped by the error about a brief that no message can be written for.
var ErrBrief = errors.New("content: brief cannot be written")

// Kind is what a message is for.
type Kind string

// The kinds of messages.
const (
	Promotion    Kind = "promotion"    // items of interest, with an offer if there is one
	Introduction Kind = "introduction" // an item that is new to the catalogue
	WinBack      Kind = "win-back"     // to a customer who has been silent
)

// Tone is how a message sounds.
type Tone string

// The tones.
const (
	Plain Tone = "plain" // the default
	Warm  Tone = "warm"
)

// A Brief says what a message is about and what may be said in it. What the brief does not grant cannot be promised.
type Brief struct {
	// ID identifies the message; it becomes the action's id.
	ID   string
	Kind Kind
	// Customer is who it is for.
	Customer clm.CustomerID
	// Name is what the customer is called in the greeting. Empty: the greeting has no name.
	Name string
	// Profile is what may be said about the customer's past; nil: nothing.
	Profile *profile.Profile
	// Portrait, if not nil, gives the model [profile.Profile.Describe] of the profile, as quoted material, so that it
	// can choose what to stress. Its purpose and the customer's consent decide what is in it. Default: the model learns
	// only whether there was an order.
	Portrait *profile.PortraitOptions
	// Tell is what of the portrait the message may tell the customer: kinds of facts, such as "category" (see
	// [profile.FactKind]), and names of traits, such as "size" (see [clm.Trait]). Default: nothing; a draft that tells back
	// any of it breaks [RulePortrait]. Orders and the stage are what Profile lets it say, and what Words say the message may
	// say too.
	Tell []string
	// Words are the customer's own words that the message may respond to. Only a model reads them, as quoted material.
	Words string
	// Items are the products that the message is about, at least one, all of them in the catalogue
	// and with a title.
	Items []clm.ItemID
	// Offer is what the shop grants; nil: nothing, and then nothing may be promised.
	Offer *Offer
	// Shop is the name that the message is signed with. Optional.
	Shop string
	// Language is "en", the default, or "de".
	Language string
	Channel  Channel
	Tone     Tone
	// Links are the URLs, e-mail addresses and phone numbers that the message may contain, as they are to be written.
	Links []string
	// Time is when the message is to be sent.
	Time time.Time
}

// An Offer is what the shop really grants on each of the brief's items. At most one of Percent and Off is set.
type Offer struct {
	// Percent is the discount in percent, in [1, 100]; 0: none.
	Percent int
	// Off is the amount that is taken off the price of an item; zero: none.
	Off clm.Money
	// FreeShipping says that delivery costs nothing.
	FreeShipping bool
	// Minimum is the least order value for the offer; zero: none.
	Minimum clm.Money
	// Code is what the customer types in to get it. Empty: none is needed.
	Code string
	// Until is the last moment of the offer, in the time zone that its date is to be read in. Zero: no end.
	Until time.Time
}

// A Channel is where a message appears and how long it may be there.
type Channel struct {
	// Name of the channel, as in [clm.Action].
	Name string
	// MaxSubject is the longest subject in characters; 0: the channel has none.
	MaxSubject int
	// MaxBody is the longest body in characters.
	MaxBody int
}

// Email is a channel with a subject of up to 78 characters, the line length that RFC 5322 recommends, and a body of up
// to 5,000.
func Email() Channel { return Channel{Name: "email", MaxSubject: 78, MaxBody: 5000} }

// SMS is a channel without a subject and with 160 characters: one message of GSM 03.38.
func SMS() Channel { return Channel{Name: "sms", MaxBody: 160} }

// Push is a channel with a subject of up to 50 characters and a body of up to 150, which phones show without cutting.
func Push() Channel { return Channel{Name: "push", MaxSubject: 50, MaxBody: 150} }

// validate reports the first thing that makes the brief unusable, as [ErrBrief].
func (b *Brief) validate(catalogue *clm.Catalogue) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%w: %q: %s", ErrBrief, b.ID, fmt.Sprintf(format, args...))
	}
	switch {
	case b.ID == "":
		return fail("id is missing")
	case b.Kind != Promotion && b.Kind != Introduction && b.Kind != WinBack:
		return fail("unknown kind %q", b.Kind)
	case b.Tone != "" && b.Tone != Plain && b.Tone != Warm:
		return fail("unknown tone %q", b.Tone)
	case languageOf(b.Language) == nil:
		return fail("language %q is neither en nor de", b.Language)
	case b.Customer == "":
		return fail("customer is missing")
	case b.Profile != nil && b.Profile.Customer != b.Customer:
		return fail("profile is of customer %s", b.Profile.Customer)
	case b.Channel.Name == "" || b.Channel.MaxBody <= 0:
		return fail("channel is missing")
	case b.Time.IsZero():
		return fail("time is missing")
	case len(b.Items) == 0:
		return fail("no items")
	}
	for _, id := range b.Items {
		item := catalogue.Item(id)
		if item == nil {
			return fail("item %s is not in the catalogue", id)
		}
		if len(words(item.Title)) == 0 {
			return fail("item %s has no title", id)
		}
	}
	if problem := b.Offer.problem(b.Time); problem != "" {
		return fail("offer: %s", problem)
	}
	return nil
}

// problem says what is wrong with an offer, or "".
func (o *Offer) problem(now time.Time) string {
	switch {
	case o == nil:
		return ""
	case o.Percent < 0 || o.Percent > 100:
		return fmt.Sprintf("%d percent", o.Percent)
	case o.Percent > 0 && o.Off != (clm.Money{}):
		return "both percent and amount"
	case o.Percent == 0 && o.Off == (clm.Money{}) && !o.FreeShipping:
		return "grants nothing"
	case o.Off != (clm.Money{}) && (o.Off.Validate() != nil || o.Off.Minor <= 0):
		return fmt.Sprintf("amount %s", o.Off)
	case o.Minimum != (clm.Money{}) && (o.Minimum.Validate() != nil || o.Minimum.Minor <= 0):
		return fmt.Sprintf("minimum %s", o.Minimum)
	case !o.Until.IsZero() && o.Until.Before(now):
		return "has ended"
	}
	return ""
}

// price returns what an item costs under the offer, and false when the offer does not change it or the price is unknown.
// Half a minor unit is rounded up.
func (o *Offer) price(full clm.Money) (clm.Money, bool) {
	switch {
	case o == nil || full == (clm.Money{}):
		return full, false
	case o.Percent > 0:
		rest := int64(100 - o.Percent)
		whole, part := full.Minor/100*rest, full.Minor%100*rest
		return clm.Money{Minor: whole + (part+50)/100, Currency: full.Currency}, true
	case o.Off.Currency == full.Currency && o.Off.Minor <= full.Minor:
		return clm.Money{Minor: full.Minor - o.Off.Minor, Currency: full.Currency}, true
	}
	return full, false
}
