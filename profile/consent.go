package profile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// May reports whether the customer may be contacted for a purpose on a channel,
// and if not, why. Consent has to be given for the purpose; an unsubscription
// from the channel, or from all channels, overrules it unless the consent is
// newer.
func (p *Profile) May(purpose, channel string) (bool, string) {
	i := slices.IndexFunc(p.Consents, func(c Consent) bool { return c.About == purpose })
	if i < 0 {
		return false, fmt.Sprintf("no consent to %s is recorded", purpose)
	}
	consent := p.Consents[i]
	if !consent.Granted {
		return false, fmt.Sprintf("consent to %s was withdrawn on %s", purpose, consent.Time.Format(time.DateOnly))
	}
	for _, u := range p.Unsubscribed {
		if (u.About == "" || u.About == channel) && !u.Time.Before(consent.Time) {
			return false, fmt.Sprintf("unsubscribed from %s on %s", channel, u.Time.Format(time.DateOnly))
		}
	}
	return true, ""
}

// ConsentGate returns a gate that vetoes actions which the customer has not
// consented to, by [Profile.May]. Actions for an exempt purpose pass: messages
// that carry out a contract, such as a notice of delivery, need no consent.
// A customer without a profile has consented to nothing.
func ConsentGate(r Reader, exempt ...string) clm.Gate {
	return func(ctx context.Context, a clm.Action) (string, error) {
		if slices.Contains(exempt, a.Purpose) {
			return "", nil
		}
		p, err := r.Get(ctx, a.Customer)
		if errors.Is(err, ErrNotFound) {
			p, err = New(a.Customer), nil
		}
		if err != nil {
			return "", err
		}
		_, why := p.May(a.Purpose, a.Channel)
		return why, nil
	}
}
