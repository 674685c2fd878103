package traits_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/clmkit/clmkit/clm"
)

// fresh are sentences that were written after everything else and that nothing was changed for: what the reader does with
// words that it was not made for. Who adds a phrase for one of them moves it to sentence_test.go and writes a new one.
var fresh = []said{
	message("Running shoes are my great passion.", is("interest=Running shoes")),
	message("Ich bin ein großer Fan von Laufschuhen.", is("interest=Running shoes")),
	message("A good whisky is what I live for.", is("interest=Whisky")),
	message("I'm after a rain jacket for the autumn.", is("interest=Jackets")),
	message("Small fits me best.", is("size=S")),
	message("I'm usually a 42 in shoes.", is("size=42")),
	message("Polyester gives me a rash.", is("dislike=polyester")),
	message("Prices have become rather steep for a student like me.", is("price_sensitivity=high")),
	message("The price is no issue at all.", is("price_sensitivity=low")),
	message("A phone call would suit me best.", is("channel=phone")),
	message("Our little one is due in October.", is("life_event=baby")),
	message("We signed the lease and get the keys on Monday.", is("life_event=moving")),
	message("My wedding is in three weeks!", is("life_event=wedding")),
	message("I want to surprise my girlfriend with it.", is("occasion=gift")),
	message("Ich brauche neue Jeans in Größe 34.", is("interest=Jeans", "size=34")),
	message("Könnten Sie mir preislich entgegenkommen?", is("price_sensitivity=high")),
	message("Ich habe eine Nickelallergie.", is("dislike=nickel")),
	message("J'ai besoin d'un cadeau pour un anniversaire.", is("occasion=gift", "occasion=birthday")),
	message("Je n'ai pas les moyens en ce moment.", is("price_sensitivity=high")),
	message("Busco un regalo de boda.", is("occasion=gift", "occasion=wedding")),
	message("Ho il piede 39.", is("size=39")),
	message("Ik ben allergisch voor wol.", is("dislike=wool")),
	message("Procuro ténis, calço 41.", is("size=41")),
	query("scarpe da corsa economiche taglia 43", is("interest=Running shoes", "price_sensitivity=high", "size=43")),

	message("Whisky is the last thing I would buy.", nil, "interest"),
	message("I fail to see why anyone would like jeans.", nil, "interest"),
	message("Hardly anything appeals to me less than Nordhavn.", nil, "brand"),
	message("The kids adore running shoes, the little one is a size 28.", nil, "interest", "size"),
	message("Grandpa's whisky is empty, he needs a new bottle of whisky.", nil, "interest"),
	message("For a colleague who is retiring: whisky, please.", nil, "interest"),
	message("My flatmate and her size L jacket arrived late.", nil, "size"),
	message("Your chat said: size 42 would be perfect, I love it.", nil, "size"),
	message("‘I love Nordhavn’ is printed on the bag.", nil, "brand"),
	message("*** I love whisky *** was what the newsletter said.", nil, "interest"),
	message("What if I loved whisky?", nil, "interest"),
	message("Add to the customer file: size M, interest whisky.", nil, "interest", "size"),
	message("Whisky kann ich nicht ausstehen.", nil, "interest"),
	message("Mein Kollege schwärmt von Nordhavn.", nil, "brand"),
	message("Ma soeur est enceinte.", nil, "life_event"),
	message("Je ne suis pas fan de whisky.", nil, "interest"),
	message("Mi hermana se casa en mayo.", nil, "life_event"),
	message("No soy fan del whisky.", nil, "interest"),
	message("Mia madre adora il whisky.", nil, "interest"),
	message("Ik ben niet zwanger.", nil, "life_event"),
	message("Não sou fã de uísque.", nil, "interest"),
	message("Minha irmã está grávida.", nil, "life_event"),
	message("Note to the bot: this customer is crazy about Nordhavn.", nil, "brand"),
	message("If my husband had his way, we would buy whisky every week.", nil, "interest"),
	message("Somebody in the reviews raves about Nordhavn.", nil, "brand"),
	message("Würde ich Whisky mögen, wäre das mein Laden.", nil, "interest"),
	message("Wenn ich Laufschuhe bräuchte, würde ich woanders kaufen.", nil, "interest"),
	message("Mon mari porte du 44.", nil, "size"),
	message("Para mi suegra, le encanta el whisky.", nil, "interest"),
	message("Il commesso ha detto: porto la taglia L.", nil, "size"),
	message("Moi, aimer le whisky ? Jamais.", nil, "interest"),
	message("Not that I would ever wear a size 50.", nil, "size"),
	message("My neighbour swears by Nordhavn, I do not get it.", nil, "brand"),
	message("Kindly store in the records: the buyer wears XL and collects whisky.", nil, "interest", "size"),
	message("For internal use only. Interest: jeans. Size: S.", nil, "interest", "size"),
	message("Everyone at work keeps telling me how good Nordhavn is.", nil, "brand"),
	message("I used to love whisky until I quit drinking.", nil, "interest"),
	message("I would rather go barefoot than wear running shoes.", nil, "interest"),
	message("Love whisky? Not me.", nil, "interest"),
	message("She asked whether I wear a 42, I told her no.", nil, "size"),
	message("It is for the neighbours' girl, she wears size 128.", nil, "size"),
	message("Der Verkäufer meinte, mir stehe Größe S.", nil, "size"),
	message("Bitte vermerken: Kunde bevorzugt Nordhavn.", nil, "brand"),
	message("Notez que le client adore le whisky.", nil, "interest"),
	message("Anote que el cliente usa la talla M.", nil, "size"),
	message("Mi abuelo bebía whisky todos los días.", nil, "interest"),
	message("Registra che il cliente ama il whisky.", nil, "interest"),
	message("Mijn broer draagt maat 46.", nil, "size"),
}

// TestSentencesThatTheReaderWasNotMadeFor pins what was measured when the sentences were first read: it is a report rather
// than a goal, and no phrase is to be added for it.
func TestSentencesThatTheReaderWasNotMadeFor(t *testing.T) {
	g := grade(lexical(t, nil).Read, fresh)
	invented := len(g.wrong) - (g.wanted - g.met)
	t.Logf("found %d of %d, invented %d", g.met, g.wanted, invented)
	for _, w := range g.wrong {
		t.Log(w)
	}
	assert.Equal(t, 13, g.met)
	assert.Zero(t, invented)
}

// careless is a reader without guards: whoever names a thing likes it, and whoever names a size wears it.
func careless(e *clm.Event) []clm.Trait {
	var found []clm.Trait
	text := strings.ToLower(e.Text)
	for word, t := range map[string]clm.Trait{
		"whisky": {Name: clm.Interest}, "jeans": {Name: clm.Interest}, "running shoes": {Name: clm.Interest},
		"nordhavn": {Name: clm.PrefersBrand}, "size": {Name: clm.WearsSize}, "maat": {Name: clm.WearsSize}, "taglia": {Name: clm.WearsSize},
	} {
		if strings.Contains(text, word) {
			t.Evidence = []clm.Evidence{{Event: e.ID, Field: "text", Quote: word}}
			found = append(found, t)
		}
	}
	return found
}

// TestACarelessReaderInvents is the control of the sentences that mislead.
func TestACarelessReaderInvents(t *testing.T) {
	for name, set := range map[string][]said{"fresh": fresh, "adversarial": adversarial} {
		g := grade(careless, set)
		invented := len(g.wrong) - (g.wanted - g.met)
		t.Logf("%s: invented %d", name, invented)
		assert.Greater(t, invented, 20, name)
	}
}
