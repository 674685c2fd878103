package profile

import "github.com/clmkit/clmkit/clm"

func english() *tongue {
	return &tongue{
		code:    "en",
		head:    "What is known about the customer on %s:",
		date:    "2 January 2006",
		decimal: ".",
		rate:    "%.0f %%",
		quotes:  [2]string{`"`, `"`},
		order:   [2]string{"%d order", "%d orders"},
		aReturn: [2]string{"%d return", "%d returns"},
		days:    [2]string{"%d day", "%d days"},
		past:    [2]string{"%d day ago", "%d days ago"},
		today:   "today",
		stages: map[clm.Stage]string{
			clm.Acquisition: "Hardly knows the shop yet",
			clm.Activation:  "Looks around, has not ordered",
			clm.Conversion:  "Has ordered, is not a regular yet",
			clm.Retention:   "Is a regular",
			clm.Maintenance: "Has fallen silent after ordering",
		},
		since:      ", since %s",
		orders:     "%s, the last on %s (%s)",
		money:      "Spent %s in %s, returns deducted",
		prices:     "Half of the pieces cost %s to %s, the median is %s",
		onePrice:   "Pieces cost about %s",
		returns:    "Returned %s of the value ordered in %s, in %s",
		rhythms:    "Orders about every %s, give or take %d",
		categories: "Interests: %s",
		brands:     "Brands: %s",
		channel:    "Mostly on %s (%s)",
		hours:      "Most active from %d:00 to %d:00 (%s)",
		missing:    "Little is known of: %s",
		parts: map[Part]string{
			Behaviour: "behaviour", Purchases: "purchases", Interests: "interests", Words: "own words", Rhythm: "rhythm of orders",
		},
		traited:   "%s: %s (%s)",
		saying:    ", said %s",
		searching: ", searched for %s",
		names: map[string]string{
			clm.Interest: "Interested in", clm.Dislike: "Does not want", clm.PrefersBrand: "Likes the brand", clm.WearsSize: "Size",
			clm.PriceSensitivity: "Price sensitivity", clm.Occasion: "Buys for", clm.LifeEvent: "Life event", clm.Language: "Language",
			clm.PrefersChannel: "Prefers the channel", clm.AgeBand: "Age", clm.Household: "Household", clm.Gender: "Gender",
		},
		confidence:   [5]string{"confirmed", "certain", "likely", "possible", "a weak hint"},
		agreed:       "Agreed to %s on %s",
		refused:      "Said no to %s on %s",
		unsubscribed: "Unsubscribed from %s on %s",
		everything:   "all channels",
	}
}
