package recommend

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/llm"
	"github.com/clmkit/clmkit/llm/llmtest"
)

// wordingModel returns a model that words the first reasons of a call so.
func wordingModel(texts ...string) *llmtest.Script {
	var a phrasings
	for i, s := range texts {
		a.Reasons = append(a.Reasons, phrased{Reason: i + 1, Text: s})
	}
	answer, err := json.Marshal(a)
	if err != nil {
		panic(err)
	}
	return llmtest.NewScript(llmtest.Reply{Text: string(answer)}, llmtest.Reply{Text: string(answer)})
}

func mugs(t testing.TB) *clm.Catalogue {
	t.Helper()
	catalogue, err := clm.NewCatalogue(clm.Item{ID: "mug", Title: "Red mug"}, clm.Item{ID: "set", Title: "Set of 6 mugs"}, clm.Item{ID: "odd", Title: "100% free <b>gift</b>"})
	require.NoError(t, err)
	return catalogue
}

var (
	alsoMug    = Reason{Kind: AlsoBought, Items: []clm.ItemID{"mug"}, Count: 41}
	alsoSet    = Reason{Kind: AlsoBought, Items: []clm.ItemID{"set"}, Count: 41}
	lookedMug  = Reason{Kind: AlsoLooked, Items: []clm.ItemID{"mug"}, Count: 41}
	nextMug    = Reason{Kind: BoughtNext, Items: []clm.ItemID{"mug"}, Count: 41}
	togetherly = Reason{Kind: BoughtTogether, Items: []clm.ItemID{"mug"}, Count: 41}
	popular14  = Reason{Kind: Popular, Count: 120, Window: 14 * day}
	popular    = Reason{Kind: Popular, Count: 120}
	rising     = Reason{Kind: Rising, Count: 12, Before: 3, Window: 14 * day}
	before     = Reason{Kind: BoughtBefore, Items: []clm.ItemID{"mug"}, Count: 5, Last: now}
	similar    = Reason{Kind: SimilarText, Items: []clm.ItemID{"mug"}, Words: []string{"red"}}
	sought     = Reason{Kind: SimilarText, Query: "red mugs"}
	arrived    = Reason{Kind: Arrived, Last: now}
)

func TestGoodWordsOfAModelAreTaken(t *testing.T) {
	for _, c := range []struct {
		locale string
		reason Reason
		text   string
	}{
		{"en", alsoMug, "Also bought by 41 other shoppers who purchased Red mug"},
		{"en", alsoMug, "41 people who bought “Red mug” bought this too."},
		{"en", alsoSet, "41 customers who have bought Set of 6 mugs bought this, too"},
		{"en", lookedMug, "Red mug: 41 shoppers who looked at it also viewed this item"},
		{"en", nextMug, "41 shoppers bought this shortly after Red mug"},
		{"en", togetherly, "In 41 orders this was bought together with Red mug"},
		{"en", popular14, "120 people bought this in the past 14 days"},
		{"en", popular, "120 shoppers have bought this item"},
		{"en", rising, "12 customers bought this in the last 14 days, and 3 before"},
		{"en", before, "You have bought this 5 times already, last on 2026-03-01"},
		{"en", similar, "Its description shares the word red with Red mug"},
		{"en", sought, "The text is similar to “red mugs”"},
		{"en", arrived, "This item is new since 2026-03-01"},
		{"en", Reason{Kind: AlsoBought, Items: []clm.ItemID{"odd"}, Count: 2}, "2 shoppers who bought 100% free <b>gift</b> also bought this"},
		{"de-CH", alsoMug, "Auch gekauft von 41 Kundinnen und Kunden, die Red mug bestellt haben"},
		{"de", popular14, "von 120 Käufern in den vergangenen 14 Tagen gekauft"},
		{"fr", alsoMug, "41 acheteurs qui ont commandé Red mug ont également acheté cet article"},
		{"es", alsoMug, "También comprado por 41 personas que compraron Red mug"},
		{"es", nextMug, "41 clientes compraron esto poco después de Red mug"},
	} {
		t.Run(c.locale+" "+c.text, func(t *testing.T) {
			p := NewPhraser(wordingModel(c.text), mugs(t), nil)
			result, err := p.Phrase(t.Context(), c.locale, llm.Scope{}, []Reason{c.reason})
			require.NoError(t, err)
			assert.Equal(t, []Phrase{{Text: c.text, By: AuthorModel}}, result.Phrases)
			assert.Empty(t, result.Cut)
		})
	}
}

func TestLiesOfAModelLeaveTheTemplate(t *testing.T) {
	for _, c := range []struct {
		name   string
		locale string
		reason Reason
		text   string
		why    Fault
	}{
		{"another count", "en", alsoMug, "42 customers who bought Red mug also bought this", FaultNumber},
		{"no count", "en", alsoMug, "Customers who bought Red mug also bought this", FaultNumber},
		{"the count in words", "en", alsoMug, "Forty-one customers who bought Red mug also bought this", FaultNumber},
		{"a number besides", "en", alsoMug, "41 customers who bought Red mug also bought this 2 times", FaultNumber},
		{"a number of another script", "en", alsoMug, "41 customers who bought Red mug also bought this ٣", FaultNumber},
		{"a fraction", "en", alsoMug, "41½ customers who bought Red mug also bought this", FaultNumber},
		{"a number within the name that is taken for the count", "en", alsoSet, "6 customers who bought Set of 6 mugs also bought this", FaultNumber},
		{"counts that are exchanged", "en", rising, "3 customers bought this in the last 14 days, and 12 before", FaultNumber},
		{"units that are exchanged", "en", popular14, "in the last 120 days bought by 14 customers", FaultNumber},
		{"another unit", "en", popular14, "bought by 120 customers in the last 14 hours", FaultNumber},
		{"a window that is not there", "en", popular, "recently bought by 120 customers", FaultWord},
		{"another date", "en", arrived, "new since 2026-03-02", FaultNumber},
		{"a price", "en", alsoMug, "41 customers who bought Red mug also bought this for €", FaultPrice},
		{"a price in words", "en", popular, "bought by 120 customers for one euro", FaultWord},
		{"a discount", "en", popular, "bought by 120 customers, now cheaper", FaultWord},
		{"a link", "en", popular, "bought by 120 customers, see shop.example", FaultLink},
		{"an address", "en", popular, "bought by 120 customers: https://x.example", FaultForm + "|" + FaultLink},
		{"praise", "en", popular, "loved by 120 customers", FaultWord},
		{"another deed", "en", alsoMug, "41 customers who returned Red mug also bought this", FaultWord},
		{"a look that becomes an order", "en", lookedMug, "41 customers who looked at Red mug also bought this", FaultWord},
		{"an order that becomes a look", "en", alsoMug, "41 customers who looked at Red mug also bought this", FaultWord},
		{"less than was said", "en", alsoMug, "41 customers bought Red mug", FaultWord},
		{"orders that become customers", "en", togetherly, "bought together with Red mug by 41 customers", FaultWord},
		{"customers that become orders", "en", popular, "bought in 120 orders", FaultWord},
		{"what came first is exchanged", "en", nextMug, "41 customers bought Red mug soon after this", FaultWord},
		{"what came before is exchanged", "en", rising, "bought by 12 customers before the last 14 days, and by 3", FaultWord},
		{"a likeness that becomes the same", "en", similar, "its text is the same as Red mug", FaultWord},
		{"others, of whom the customer is one", "en", popular, "bought by 120 other customers", FaultWord},
		{"a denial", "en", alsoMug, "41 customers who bought Red mug also did not buy this", FaultWord},
		{"more than", "en", popular, "bought by more than 120 customers", FaultWord},
		{"over", "en", popular, "bought by over 120 customers", FaultWord},
		{"almost", "de", popular, "von fast 120 Kunden gekauft", FaultWord},
		{"a cause", "en", popular, "bought by 120 customers because it is good", FaultWord},
		{"the customer is drawn in", "en", alsoMug, "41 customers who like you bought Red mug also bought this", FaultWord},
		{"somebody else's orders", "en", before, "ordered by customers 5 times, last on 2026-03-01", FaultWord},
		{"no name", "en", alsoMug, "41 customers who bought it also bought this", FaultName},
		{"another name", "en", alsoMug, "41 customers who bought Blue mug also bought this", FaultName},
		{"the name twice", "en", alsoMug, "41 customers who bought Red mug also bought Red mug", FaultName},
		{"the name within a word", "en", alsoMug, "41 customers who bought Red mugs also bought this", FaultName},
		{"another language", "en", popular, "von 120 Kunden gekauft", FaultWord},
		{"two lines", "en", popular, "bought by 120 customers\nand more", FaultForm},
		{"markup", "en", popular, "<b>bought by 120 customers</b>", FaultForm},
		{"what cannot be seen", "en", popular, "bought by 120\u200b customers", FaultForm},
		{"small capitals", "en", popular, "bought by 120 ᴄustomers", FaultForm},
		{"letters of another script", "en", popular, "bоught by 120 customers bought", FaultWord},
		{"a question", "en", popular, "bought by 120 customers?", FaultForm},
		{"nothing", "en", popular, " ", FaultForm},
		{"too much", "en", popular, "bought by 120 customers" + fmt.Sprintf("%200s", "."), FaultForm},
	} {
		t.Run(c.name, func(t *testing.T) {
			catalogue := mugs(t)
			p := NewPhraser(wordingModel(c.text), catalogue, nil)
			result, err := p.Phrase(t.Context(), c.locale, llm.Scope{}, []Reason{c.reason})
			require.NoError(t, err)
			phrase := result.Phrases[0]
			assert.Equal(t, c.reason.Text(c.locale, catalogue), phrase.Text)
			assert.Equal(t, AuthorTemplate, phrase.By)
			assert.Contains(t, string(c.why), string(phrase.Why), phrase.Detail)
			assert.Equal(t, map[Fault]int{phrase.Why: 1}, result.Cut)
		})
	}
}

// TestTemplatesPassTheirOwnChecks looks whether every template has the words
// that its kind must have: a model that changes only a full stop is taken.
func TestTemplatesPassTheirOwnChecks(t *testing.T) {
	for language := range lexicons {
		for _, r := range []Reason{alsoMug, lookedMug, nextMug, togetherly, popular14, popular, rising, before, similar, sought, arrived,
			{Kind: LookedAt, Count: 7, Window: day}, {Kind: BoughtAlike, Count: 9}, {Kind: AlsoBought, Items: []clm.ItemID{"mug"}, Count: 1},
			{Kind: Popular, Count: 1}, {Kind: BoughtTogether, Items: []clm.ItemID{"mug"}, Count: 1}, {Kind: Popular, Count: 3, Window: 90 * time.Minute}} {
			text := r.Text(language, mugs(t)) + "."
			p := NewPhraser(wordingModel(text), mugs(t), nil)
			result, err := p.Phrase(t.Context(), language, llm.Scope{}, []Reason{r})
			require.NoError(t, err)
			assert.Equal(t, Phrase{Text: text, By: AuthorModel}, result.Phrases[0])
		}
	}
	for kind := range wordings["en"].forms {
		assert.Contains(t, sayings, kind)
	}
}

func TestManyReasonsTakeOneCall(t *testing.T) {
	model := wordingModel("41 people who bought Red mug bought this too", "120 liars", "12 customers bought this in the last 14 days, and 3 before")
	p := NewPhraser(model, mugs(t), &PhraserOptions{MaxReasons: 4, Purpose: "words"})
	scope := llm.Scope{Tenant: "shop", Customer: "c1"}
	result, err := p.Phrase(t.Context(), "", scope, []Reason{alsoMug, popular, alsoMug, {}, rising, arrived, before})
	require.NoError(t, err)
	require.Len(t, model.Requests(), 1)
	assert.Equal(t, llm.Purpose("words"), model.Requests()[0].Purpose)
	assert.Equal(t, scope, model.Requests()[0].Scope)
	assert.Equal(t, result.Phrases[0], result.Phrases[2], "the same reason, the same words")
	assert.Equal(t, AuthorModel, result.Phrases[0].By)
	assert.Equal(t, FaultWord, result.Phrases[1].Why)
	assert.Equal(t, Phrase{By: AuthorTemplate}, result.Phrases[3], "the zero reason has no words")
	assert.Equal(t, AuthorModel, result.Phrases[4].By)
	assert.Equal(t, FaultMissing, result.Phrases[5].Why)
	assert.Equal(t, Fault(""), result.Phrases[6].Why, "beyond MaxReasons nobody was asked")
	assert.Equal(t, map[Fault]int{FaultWord: 1, FaultMissing: 1}, result.Cut)
}

func TestAModelThatFailsLeavesTheTemplates(t *testing.T) {
	down := llm.ModelFunc(func(context.Context, *llm.Request) (*llm.Response, error) {
		return nil, &llm.Error{Kind: llm.ErrUnavailable}
	})
	result, err := NewPhraser(down, mugs(t), nil).Phrase(t.Context(), "en", llm.Scope{}, []Reason{alsoMug, popular})
	require.NoError(t, err)
	assert.ErrorIs(t, result.Failure, llm.ErrUnavailable)
	assert.Equal(t, map[Fault]int{FaultModel: 2}, result.Cut)
	assert.Equal(t, alsoMug.English(mugs(t)), result.Phrases[0].Text)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = NewPhraser(down, mugs(t), nil).Phrase(ctx, "en", llm.Scope{}, []Reason{alsoMug})
	assert.ErrorIs(t, err, context.Canceled)
	result, err = NewPhraser(nil, mugs(t), nil).Phrase(t.Context(), "ja", llm.Scope{}, []Reason{alsoMug})
	require.NoError(t, err, "a language that is not known asks nobody")
	assert.Equal(t, AuthorTemplate, result.Phrases[0].By)
}

// TestAHostileModelChangesNoReason feeds whatever a hostile model comes up with.
func TestAHostileModelChangesNoReason(t *testing.T) {
	reasons := []Reason{alsoMug, lookedMug, nextMug, togetherly, popular14, popular, rising, before, similar, sought, arrived}
	hostile := llmtest.Hostile(5)
	cut := map[Fault]int{}
	for range 300 {
		result, err := NewPhraser(hostile, mugs(t), nil).Phrase(t.Context(), "en", llm.Scope{}, reasons)
		require.NoError(t, err)
		for i, phrase := range result.Phrases {
			assert.Equal(t, reasons[i].English(mugs(t)), phrase.Text, "nothing that it says is true")
			cut[phrase.Why]++
		}
	}
	assert.Greater(t, cut[FaultForm]+cut[FaultName]+cut[FaultNumber]+cut[FaultWord], 20, "it was read: %v", cut)
}

func FuzzPhraser(f *testing.F) {
	f.Add("41 people who bought Red mug bought this too", 0)
	f.Add("120 people bought this in the past 14 days", 4)
	f.Add("\xff٣½Red mug", 1)
	catalogue := mugs(f)
	reasons := []Reason{alsoMug, lookedMug, nextMug, togetherly, popular14, popular, rising, before, similar, sought, arrived}
	f.Fuzz(func(t *testing.T, s string, n int) {
		r := &reasons[((n%len(reasons))+len(reasons))%len(reasons)]
		p := NewPhraser(nil, catalogue, nil)
		for language := range lexicons {
			template := r.Text(language, catalogue)
			if p.flaw(language, r, template, s) != nil || s == template {
				continue
			}
			name := r.name(catalogue)
			want, _ := inPieces(template, name)
			got, _ := inPieces(s, name)
			assert.Equal(t, lexicons[language].counts(want), lexicons[language].counts(got))
		}
	})
}
