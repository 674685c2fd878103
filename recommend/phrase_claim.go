package recommend

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/clmkit/clmkit/internal/text"
)

// Words that a title may have only where its theme has them: English, German,
// French and Spanish together, for a model mixes them. A title that is refused
// without need costs little, since the template's stands.
var (
	moneyWords = vocabulary(`
		price prices priced euro euros eur dollar dollars usd pound pounds gbp pence penny cent cents buck bucks quid percent percentage
		preis preise franken chf prozent cents
		prix francs franc pourcent pourcentage livres
		precio precios peso pesos porcentaje ciento céntimos
		yen jpy`)
	numberWords = vocabulary(`
		two three four five six seven eight nine ten eleven twelve dozen hundred hundreds thousand thousands million half double twice triple
		zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dutzend hundert tausend million halb doppelt zweimal
		deux trois quatre cinq sept huit neuf dix onze douze douzaine cent mille demi double moitié
		dos tres cuatro cinco seis siete ocho nueve diez doce docena cien mil medio mitad doble`)
	claimWords = vocabulary(`
		sale sales discount discounts discounted deal deals bargain bargains cheap cheaper cheapest free complimentary gratis save saving savings
		off offer offers coupon voucher bonus reward rewards cashback best bestselling bestseller bestsellers top greatest finest leading
		premium quality luxury luxurious exclusive exclusively limited edition last chance hurry end ends ending today tonight tomorrow now soon
		stock stocks guarantee guaranteed certified official authentic genuine original approved tested proven award awarded winning winner
		expert experts doctor doctors dermatologist recommended endorsed rated loved organic natural sustainable eco ecological ethical fairtrade
		vegan recycled handmade handcrafted safe healthy cure cures heal healing waterproof unbreakable lifetime forever always never everyone
		everybody only unique delivery shipping returns refund warranty win gift gifts must perfect ideal
		rabatt rabatte angebot angebote schnäppchen günstig günstige günstiger billig gratis kostenlos kostenlose umsonst sparen ausverkauf gutschein beste
		besten bester meistverkauft exklusiv exklusive limitiert letzte letzten chance heute nur schnell garantiert garantie zertifiziert offiziell
		original geprüft getestet ausgezeichnet empfohlen experten bio natürlich nachhaltig vegan handgemacht sicher gesund lieferung versand
		einzigartig immer nie perfekt qualität geschenk geschenke
		promo promotion promotions solde soldes remise remises rabais gratuit gratuite gratuits offert offerte offre offres économisez économies meilleur meilleure
		meilleurs meilleures exclusif exclusive limité limitée dernière dernières chance dépêchez aujourd garanti garantie certifié officiel officielle
		authentique testé recommandé experts bio naturel naturelle durable végan livraison retour unique toujours jamais parfait qualité cadeau cadeaux
		oferta ofertas descuento descuentos rebaja rebajas ganga barato baratos barata gratis regalo regalos ahorra ahorre ahorro mejor mejores exclusivo exclusiva
		limitado limitada última últimas oportunidad hoy garantizado garantía certificado oficial auténtico probado recomendado expertos ecológico
		ecológica natural sostenible vegano envío entrega único siempre nunca perfecto calidad`)
	personWords = vocabulary(`
		pregnant pregnancy expecting baby diet weight slimming age aging ageing wrinkles health illness sick cancer diabetes anxiety depression gay lesbian
		christian muslim jewish religion poor debt rich divorce divorced single widow
		schwanger schwangerschaft diät abnehmen alter falten gesundheit krank krankheit krebs angst schulden geschieden
		enceinte grossesse régime poids âge rides santé maladie dettes divorcé
		embarazada embarazo dieta peso edad arrugas salud enfermedad deudas divorciado`)
	boughtWords = vocabulary(`
		bought purchased purchase purchases ordered order orders again remember gekauft bestellt bestellung erneut wieder
		acheté achat achats commandé commande racheter compró compraste comprado compras pidió pedido`)
	lookedWords = vocabulary(`
		viewed looked browsed saw seen angesehen angeschaut gesehen regardé consulté vu vio visto viste miró`)
	newWords = vocabulary(`
		new newest newly latest arrivals neu neue neuen neues neueste neuheiten nouveau nouveaux nouvelle nouvelles nouveauté nouveautés
		nuevo nueva nuevos nuevas novedad novedades`)
	popularWords = vocabulary(`
		popular favourite favourites favorite favorites trend trends trending hot hottest beliebt beliebte beliebteste trends angesagt lieblinge
		populaire populaires tendance tendances favori favoris populares tendencia tendencias favorito favoritos`)
)

func vocabulary(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[text.Plain(text.Lower(word))] = true
	}
	return set
}

// claimFlaw looks for words that say more than a theme does. Own are the words
// of the theme.
func claimFlaw(language text.Language, kind ThemeKind, s string, own map[string]bool) *flaw {
	all := pieces(s)
	for i, p := range all {
		if i > 0 && len(p.word) == 1 && len(all[i-1].word) == 1 {
			return &flaw{FaultForm, all[i-1].word + " " + p.word} // S A L E
		}
	}
	for field := range strings.FieldsSeq(s) {
		all = append(all, pieces(letters(field))...) // sa-le
	}
	for _, p := range all {
		if among(own, language, p.word) {
			continue
		}
		if fault := claimed(kind, text.Plain(p.word)); fault != "" || p.number {
			return &flaw{cmp.Or(fault, FaultNumber), p.word}
		}
	}
	return nil
}

// letters returns a word without what is between its letters.
func letters(field string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) {
			return c
		}
		return -1
	}, field)
}

// claimed returns what a word says that a theme of the kind does not, if so.
func claimed(kind ThemeKind, word string) Fault {
	switch {
	case numberWords[word]:
		return FaultNumber
	case moneyWords[word]:
		return FaultPrice
	case claimWords[word], personWords[word], superlative(word),
		newWords[word] && kind != ThemeNew,
		popularWords[word] && kind != ThemePopular && kind != ThemeTrending,
		boughtWords[word] && kind != ThemeBecause && kind != ThemeBuyAgain,
		lookedWords[word] && kind != ThemeViewed:
		return FaultClaim
	}
	return ""
}

// superlative reports whether a word has the form of a superlative, or of a
// property such as "scratchproof".
func superlative(word string) bool {
	for _, ending := range []string{"iest", "proof", "resistant", "issime", "isimo", "isima"} {
		if strings.HasSuffix(word, ending) {
			return true
		}
	}
	return false
}
