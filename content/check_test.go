package content_test

import (
	"testing"

	"github.com/clmkit/clmkit/content"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// good are sentences that may leave.
func good() []struct {
	brief *content.Brief
	text  string
} {
	type row = struct {
		brief *content.Brief
		text  string
	}
	return []row{
		{plain("mug"), "The Dawn Mug costs 19.99 EUR."},
		{plain("mug"), "Yours for €19.99."},
		{plain("mug"), "The mug is 19,99 €."},
		{plain("mug"), "Hello Ada, the Dawn Mug is here."},
		{plain("mug"), "Hi Ada Byron, good to see you!"},
		{plain("mug"), "Hi there, here is something for your mornings."},
		{plain("mug"), "A blue mug that holds 250 ml."},
		{plain("mug"), "It is made of stoneware."},
		{plain("mug"), "It holds 250ml and it is dishwasher safe."},
		{plain("mug"), "The mug is not suitable for the microwave."},
		{plain("mug"), "Made in Portugal by Kiln & Co."},
		{plain("mug"), "The glaze is lead-free."},
		{plain("mug"), "9 cm high, white inside."},
		{plain("mug"), "Feel free to write to help@shop.example."},
		{plain("mug"), "See https://shop.example/dawn for more."},
		{plain("mug"), "Call us on +44 20 7946 0000."},
		{plain("mug"), "Best regards, your team at Nordlicht"},
		{plain("mug"), "Have a lovely Sunday morning with a cup of tea."},
		{plain("mug"), "Isn't it time for a new mug?"},
		{plain("mug"), "Thank you for being with us – we hope to see you soon!"},
		{plain("mug"), "You may like it: a mug for every day."},
		{plain("mug", "board"), "Here are 2 ideas for your kitchen."},
		{plain("mug", "board"), "The Dawn Mug (19.99 EUR) and the Oak Board (34.50 EUR) are waiting for you."},
		{plain("mug", "board"), "The Oak Board is made of solid oak. It costs EUR 34.50."},
		{plain("board"), "40 x 25 cm of solid oak."},
		{plain("calendar"), "The Garden Calendar 2027 is here: twelve drawings on recycled paper."},
		{plain("calendar"), "With a ribbon of 100 % cotton."},
		{plain("calendar"), "12 EUR for the Garden Calendar 2027."},
		{plain("espresso"), "The Espresso Machine is $1,299.00."},
		{plain("espresso"), "15 bar for USD 1299."},
		{plain("scarf"), "Pure merino wool for £5."},
		{plain("tea"), "Sugar-free green tea, 50 g for GBP 3.50."},
		{plain("tea"), "Green tea for 350p."},
		{brief("mug"), "Get 20 % off the Dawn Mug with the code SPRING20."},
		{brief("mug"), "Now 15.99 EUR instead of 19.99 EUR."},
		{brief("mug"), "Save 4.00 EUR until 24 December."},
		{brief("mug"), "Only until December 24th, 2026: the Dawn Mug at a discount."},
		{brief("mug"), "20% off until 24/12/2026 at 23:59."},
		{brief("mug"), "The offer ends soon, so have a look."},
		{off("board"), "5 € off the Oak Board, and shipping is free."},
		{off("board"), "Free shipping on orders over 30 EUR."},
		{known(plain("mug")), "It has been a while since your last order."},
		{german(plain("mug")), "Hallo Ada, der Dawn Mug kostet 19,99 €."},
		{german(brief("mug")), "20 % Rabatt bis zum 24. Dezember mit dem Code SPRING20."},
		{german(off("board")), "Der Versand ist kostenlos ab 30 EUR Bestellwert."},
		{german(plain("board")), "Das Oak Board für 34,50 EUR, einfach schön."},
	}
}

// bad are sentences that must not leave, by the rule that stops them.
func bad() []struct {
	brief *content.Brief
	rule  content.Rule
	text  string
} {
	type row = struct {
		brief *content.Brief
		rule  content.Rule
		text  string
	}
	return []row{
		{plain("mug"), content.RuleMoney, "The Dawn Mug costs 9.99 EUR."},
		{plain("mug"), content.RuleMoney, "Yours for €14.99."},
		{plain("mug"), content.RuleMoney, "The mug is 19.99 USD."},
		{plain("mug"), content.RuleMoney, "Only £19.99."},
		{plain("mug"), content.RuleMoney, "19,98 € and it is yours."},
		{plain("mug"), content.RuleMoney, "Just 99 cents."},
		{plain("mug"), content.RuleMoney, "Yours for twenty euros."},
		{plain("espresso"), content.RuleMoney, "The Espresso Machine is $1,199.00."},
		{plain("mug", "board"), content.RuleMoney, "The Oak Board costs 19.99 EUR."},
		{plain("mug", "board"), content.RuleMoney, "The Dawn Mug and the Oak Board for 19.99 EUR."},
		{brief("mug"), content.RuleMoney, "Save 19.99 EUR today."},
		{brief("mug"), content.RulePercent, "Get 50 % off the Dawn Mug."},
		{plain("mug"), content.RulePercent, "20% off for you."},
		{plain("calendar"), content.RulePercent, "100 % off the calendar."},
		{plain("calendar"), content.RulePercent, "80 % cotton."},
		{brief("mug"), content.RuleCode, "Use the code SPRING50."},
		{brief("mug"), content.RuleCode, "Enter FREEMUG at checkout."},
		{plain("mug"), content.RuleCode, "SAVE20NOW is for you."},
		{brief("mug"), content.RuleDeadline, "Until 31 December."},
		{brief("mug"), content.RuleDeadline, "The offer is valid until 2027-01-15."},
		{brief("mug"), content.RuleDeadline, "Only today!"},
		{brief("mug"), content.RuleDeadline, "The offer ends on Sunday."},
		{plain("mug"), content.RuleDeadline, "Hurry, last chance!"},
		{brief("mug"), content.RuleDeadline, "Until 6 pm."},
		{plain("mug"), content.RulePromise, "The mug is free."},
		{brief("mug"), content.RulePromise, "Free shipping for you."},
		{off("mug"), content.RulePromise, "A free gift is in the parcel."},
		{plain("mug"), content.RulePromise, "On sale now."},
		{brief("mug"), content.RulePromise, "Buy one get one."},
		{plain("mug"), content.RulePromise, "With a money back guarantee."},
		{brief("mug"), content.RulePromise, "20 % off everything."},
		{plain("mug"), content.RulePromise, "Delivered by next day service."},
		{plain("mug"), content.RuleProduct, "Have a look at the Aurora Desk Lamp."},
		{plain("mug"), content.RuleProduct, "It goes well with our Oak Board."},
		{plain("mug"), content.RuleProduct, "Have a look at the Aurora too."},
		{plain("mug"), content.RuleProduct, "By Lumina, with love."},
		{plain("mug"), content.RuleClaim, "It is made of porcelain."},
		{plain("mug"), content.RuleClaim, "A red mug."},
		{plain("mug"), content.RuleClaim, "The best mug."},
		{plain("mug"), content.RuleClaim, "It is suitable for the microwave."},
		{plain("mug"), content.RuleClaim, "It is not dishwasher-safe."},
		{plain("mug"), content.RuleClaim, "It relieves stress."},
		{plain("mug"), content.RuleClaim, "Our most popular mug."},
		{plain("mug"), content.RuleClaim, "It comes with a lid."},
		{plain("mug"), content.RuleClaim, "The mug is unspillable."},
		{plain("mug"), content.RuleClaim, "Handmade in Italy."},
		{plain("mug"), content.RuleClaim, "The glaze is bpa-free."},
		{plain("mug"), content.RuleClaim, "Award-winning design."},
		{plain("mug"), content.RuleClaim, "The prettiest start to the day."},
		{plain("mug", "board"), content.RuleClaim, "The Dawn Mug is made of oak."},
		{plain("mug", "board"), content.RuleClaim, "The Dawn Mug and the Oak Board are made of oak."},
		{plain("mug", "board"), content.RuleClaim, "Meet the Oak Board. It is made of stoneware."},
		{plain("mug"), content.RuleNumber, "It holds 500 ml."},
		{plain("mug"), content.RuleNumber, "It weighs 250 g."},
		{plain("mug"), content.RuleNumber, "Over 10,000 cups have left us."},
		{plain("mug"), content.RulePromise, "A 24/7 companion."},
		{plain("mug"), content.RuleName, "Hello Grace, the mug is here."},
		{plain("mug"), content.RuleName, "Good to see you, Grace!"},
		{plain("mug"), content.RuleContact, "See https://evil.example/login for more."},
		{plain("mug"), content.RuleContact, "Visit evil.com today."},
		{plain("mug"), content.RuleContact, "Write to boss@evil.example."},
		{plain("mug"), content.RuleContact, "Call 0800 123 4567."},
		{plain("mug"), content.RulePlaceholder, "Hello {{name}}, the mug is here."},
		{plain("mug"), content.RulePlaceholder, "Hello [NAME], the mug is here."},
		{plain("mug"), content.RuleMarkup, "The <b>mug</b> is here."},
		{plain("mug"), content.RuleMarkup, "The [mug](x) is here."},
		{plain("mug"), content.RuleCharacter, "The mug is b\u0435st."},
		{plain("mug"), content.RuleCharacter, "Now \u202e9.99\u202c."},
		{plain("mug"), content.RuleCharacter, "Yours for \uff19.\uff19\uff19 €."},
		{plain("mug"), content.RuleCharacter, "The mug is f\u200bree."},
		{plain("mug"), content.RuleCharacter, "The mug is f r e e."},
		{plain("mug"), content.RuleCustomer, "Since your last order we have missed you."},
		{known(plain("mug")), content.RuleCustomer, "A gift for your birthday."},
		{plain("mug"), content.RuleEmpty, " \n "},
		{german(plain("mug")), content.RuleMoney, "Der Dawn Mug kostet 9,99 €."},
		{german(plain("mug")), content.RuleClaim, "Der Dawn Mug ist aus Porzellan."},
		{german(plain("mug")), content.RuleClaim, "Die beste Tasse."},
		{german(brief("mug")), content.RuleDeadline, "Bis zum 31. Dezember."},
		{german(plain("mug")), content.RulePromise, "Der Versand ist gratis."},
	}
}

func TestGoodSentencesPass(t *testing.T) {
	checker := content.NewChecker(catalogue(t))
	require.GreaterOrEqual(t, len(good()), 40)
	for _, c := range good() {
		report, err := checker.Check(body(c.text), c.brief)
		require.NoError(t, err)
		assert.NoError(t, report.Err(), c.text)
	}
}

func TestBadSentencesAreCaught(t *testing.T) {
	checker := content.NewChecker(catalogue(t))
	require.GreaterOrEqual(t, len(bad()), 40)
	for _, c := range bad() {
		report, err := checker.Check(body(c.text), c.brief)
		require.NoError(t, err)
		rules := map[content.Rule]bool{}
		for _, f := range report.Findings {
			rules[f.Rule] = true
			assert.Equal(t, c.text[f.Start:f.End], f.Found)
			assert.NotEmpty(t, f.Expected)
		}
		assert.True(t, rules[c.rule], "%s: %q: %v", c.rule, c.text, report.Findings)
	}
}

// TestHeldOutSentencesPass measures false alarms on sentences that were written after the word lists and are not tuned
// to: what is stopped is a template in place of a draft, and no harm.
func TestHeldOutSentencesPass(t *testing.T) {
	checker := content.NewChecker(catalogue(t))
	held := []struct {
		brief *content.Brief
		text  string
	}{
		{plain("mug"), "Your next cup of tea deserves a new home, and the Dawn Mug is ready when you are."},
		{plain("mug"), "We thought of you when we unpacked this one: a stoneware mug in blue and white for 19.99 EUR."},
		{plain("mug"), "Slow mornings start with something warm in your hands."},
		{plain("mug"), "Some days call for a second cup."},
		{plain("board"), "Bread, cheese and good company: the Oak Board brings everyone to the table."},
		{plain("board"), "A cutting board in solid oak for the cook in your life, EUR 34.50."},
		{plain("calendar"), "Plan your garden with the Garden Calendar 2027, month by month."},
		{plain("calendar"), "Twelve drawings, one for each month of the year."},
		{plain("lamp"), "The Aurora Desk Lamp lights up your evening reading, now in brass."},
		{plain("scarf"), "Cold outside? Wrap up in our Merino Scarf for 5 GBP."},
		{plain("tea"), "The Morning Tea is back on our shelves."},
		{plain("tea"), "Put the kettle on and enjoy a cup of green tea."},
		{brief("mug"), "As a small thank you, take 20% off with SPRING20 at checkout before 24 December."},
		{brief("mug"), "Treat yourself: the Dawn Mug is now €15.99, down from €19.99."},
		{brief("mug", "board"), "Your code SPRING20 takes 20 % off both until Thursday, 24 December 2026."},
		{off("board"), "Spend 30 EUR or more and we take 5 EUR off, with free delivery on top."},
		{known(plain("mug")), "Since your last order, a few new things have arrived that you might like."},
		{known(plain("mug")), "Welcome back, Ada! We kept a Dawn Mug for you."},
		{german(plain("mug")), "Wir haben an dich gedacht: der Dawn Mug für 19,99 EUR wartet auf dich."},
		{german(brief("mug")), "Mit dem Code SPRING20 sparst du 20 % bis zum 24.12.2026."},
	}
	passed := 0
	for _, c := range held {
		report, err := checker.Check(body(c.text), c.brief)
		require.NoError(t, err)
		if err := report.Err(); err != nil {
			t.Log(c.text, err)
			continue
		}
		passed++
	}
	t.Logf("%d of %d held-out sentences pass", passed, len(held))
	assert.GreaterOrEqual(t, passed, 10)
}
