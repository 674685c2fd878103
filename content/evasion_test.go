package content_test

import (
	"testing"

	"github.com/clmkit/clmkit/content"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lie is a sentence that must not leave under a brief.
type lie struct {
	brief *content.Brief
	text  string
}

// evasions are lies in other words than the rules' own: the checks were mended until all were caught.
func evasions() []lie {
	return []lie{
		{plain("mug"), "The Dawn Mug, now 1 9 . 9 9 €."},
		{plain("mug"), "The Dawn Mug, EUR 5."},
		{plain("mug"), "The Dawn Mug, 5,-."},
		{plain("mug"), "The Dawn Mug for a fiver."},
		{plain("mug"), "The Dawn Mug for 5 bucks."},
		{plain("mug"), "The Dawn Mug for 5 Euronen."},
		{plain("mug"), "Half the price this week."},
		{plain("mug"), "The Dawn Mug at half price."},
		{plain("mug"), "You only pay 1."},
		{plain("mug"), "Pay nothing for the mug."},
		{plain("mug"), "The mug costs nothing."},
		{plain("mug"), "It is on us."},
		{plain("mug"), "A present comes along with it."},
		{plain("mug"), "We will reimburse you."},
		{plain("mug"), "The mug has pockets."},
		{plain("mug"), "With pockets and a zipper."},
		{plain("mug"), "Crafted by monks."},
		{plain("mug"), "A porcelain-like glaze."},
		{plain("mug"), "A titanium mug."},
		{plain("mug"), "The mug keeps tea hot for hours."},
		{plain("mug"), "Scratch-proof glaze."},
		{plain("mug"), "Unbreakable."},
		{plain("mug"), "You will sleep better."},
		{plain("mug"), "It makes you slim."},
		{plain("mug"), "The mug boosts your mood and cures colds."},
		{plain("mug"), "BPA free."},
		{plain("mug"), "Microwave-safe."},
		{plain("mug"), "The mug is suitable for microwave."},
		{plain("mug"), "Microwave? Sure!"},
		{plain("mug"), "Holds 0.25 l."},
		{plain("mug"), "A set of six."},
		{plain("mug"), "Order within the next hour."},
		{plain("mug"), "It arrives before Christmas."},
		{plain("mug"), "Delivered to your door by Friday."},
		{plain("mug"), "hxxp://evil.example"},
		{plain("mug"), "evil . com"},
		{plain("mug"), "Follow @evil on Instagram."},
		{plain("mug"), "Made by Rolex."},
		{plain("mug"), "As good as Wedgwood."},
		{plain("mug"), "Hello Ada Lovelace,"},
		{plain("mug"), "Dear Mr Smith, hello."},
		{plain("mug"), "ada, no: Grace! Your mug."},
		{plain("mug"), "The Dawn Mug is 29.99."},
		{plain("mug"), "19.99 EUR per month."},
		{plain("mug"), "Two mugs for 19.99 EUR."},
		{plain("mug"), "2 mugs for 19.99 EUR."},
		{plain("mug"), "Was 49.99 EUR, now 19.99 EUR."},
		{plain("mug"), "19.99 EUR including shipping."},
		{plain("mug", "scarf"), "The Dawn Mug: the price is 5 GBP."},
		{brief("mug"), "20 % off your whole order."},
		{brief("mug"), "SPRING20 works until further notice."},
		{brief("mug"), "The code is spring30."},
		{brief("mug"), "Code: WELCOME"},
		{brief("mug"), "15.99 EUR instead of 29.99 EUR"},
		{brief("mug"), "Regular price 15.99 EUR."},
		{off("board"), "5 € off, shipping and returns are free."},
		{off("board"), "50 € off."},
		{off("board"), "Free shipping from 10 EUR."},
		{known(plain("mug")), "Your 7 orders with us."},
		{german(plain("mug")), "Der Dawn Mug ist handbemalt."},
		{german(plain("mug")), "Mit Deckel und Löffel."},
		{german(plain("mug")), "Geschenkt für dich."},
		{german(plain("mug")), "Der Dawn Mug kostet fünf Euro."},
		{german(plain("mug")), "Für die Mikrowelle geeignet."},
		{german(plain("mug")), "Liebe Grete, dein Dawn Mug."},
		{german(plain("mug")), "Hilft gegen Kopfschmerzen."},
		{german(plain("mug")), "Lieferung schon morgen."},
	}
}

// heldOutLies were written after the checks, which then caught 19 of these 25. Since then spans of time beside an offer and
// the German "aus" are judged, which catches two more; the others are left as they are.
func heldOutLies() []lie {
	return []lie{
		{plain("mug"), "The Dawn Mug, marked down to EUR 12."},
		{plain("mug"), "Take a third off the Dawn Mug."},
		{plain("mug"), "Your parcel leaves us within hours."},
		{plain("mug"), "The Dawn Mug survives every drop."},
		{plain("mug"), "Fired at 1280 degrees."},
		{plain("mug"), "Hand-thrown in a small village."},
		{plain("mug"), "Doctors swear by it."},
		{plain("mug"), "You will not find it cheaper anywhere."},
		{plain("mug"), "Send it back whenever you like."},
		{plain("mug"), "We take 5 off for you."},
		{plain("mug"), "Only three pieces left."},
		{plain("mug"), "A cobalt mug with a gold rim."},
		{plain("mug"), "Goes from freezer to oven."},
		{plain("mug"), "It keeps your coffee hot all day."},
		{plain("mug"), "Our customers rate it 4.9 out of 5."},
		{plain("mug", "board"), "The Oak Board holds 250 ml."},
		{plain("mug", "board"), "The Dawn Mug costs 34.50 EUR."},
		{brief("mug"), "20 % off for the rest of the year."},
		{brief("mug"), "Your code is SPRING-20."},
		{brief("mug"), "Only 13.99 EUR with the code SPRING20."},
		{brief("mug"), "The offer runs until New Year's Eve."},
		{off("board"), "10 € off the Oak Board."},
		{german(plain("mug")), "Der Dawn Mug ist von Hand getöpfert."},
		{german(plain("mug")), "Zahlen Sie erst in 30 Tagen."},
		{german(plain("board")), "Das Oak Board aus Nussbaum."},
	}
}

func caught(t *testing.T, lies []lie) int {
	checker := content.NewChecker(catalogue(t))
	n := 0
	for _, l := range lies {
		report, err := checker.Check(body(l.text), l.brief)
		require.NoError(t, err)
		if report.Err() == nil {
			t.Logf("leaves: %s", l.text)
			continue
		}
		n++
	}
	return n
}

func TestEvasionsAreCaught(t *testing.T) {
	assert.Equal(t, len(evasions()), caught(t, evasions()))
}

// TestHeldOutLies measures what gets past lists of words: a claim in the words of mood and praise leaves.
func TestHeldOutLies(t *testing.T) {
	n := caught(t, heldOutLies())
	t.Logf("%d of %d held-out lies are caught", n, len(heldOutLies()))
	assert.GreaterOrEqual(t, n, 15)
}
