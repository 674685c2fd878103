package content

// english is the English of shops, American and British. The lists are our own selection.
func english() *language {
	return &language{
		code:    "en",
		claims:  classes(englishClaims()),
		phrases: phraseClasses(englishPhrases()),
		harmless: list(`
			best regards|best wishes|all the best|at least|last but not least|most of all|first of all|make the most of|
			the most of|most of|feel free|free time|rest assured|like new ideas|pure joy|pure pleasure|natural choice|
			golden hour|golden rule|light up|light reading|in the light|right light|green light|get well|safe travels|stay safe|
			keep it safe|right back|come back|green fingers|the rest|one of a kind`),
		common: set(englishCommon),
		predicates: set(`
			made crafted woven knitted built carved cast blown printed dyed lined coated filled contains contain containing
			includes include including included comes come features feature featuring equipped consists certified tested
			approved suitable fits holds lasts weighs measures supports resists protects withstands prevents reduces boosts
			improves removes repels absorbs connects charges runs keeps with`),
		copulas:   set("is are was has have had s re isn aren hasn"),
		pronouns:  set("it they this these that those which"),
		negations: set("not no without never nor neither non isn aren doesn don won cannot can't free"),
		joiners:   set("and or the a an our both with plus s"),
		saving:    set("save saves saving savings off discount discounted reduction reduced rebate less cheaper cut knocked minus"),
		minimum:   set("over above minimum spend spending least orders order from"),
		promises: set(`
			discount discounts discounted sale sales deal deals bargain bargains save saves saving savings reduced reduction
			rebate voucher vouchers coupon coupons clearance half promo promotion off special`),
		grants: list(`
			bogo|buy one get one|two for one|2 for 1|three for two|3 for 2|half price|half off|cashback|cash back|money back|
			loyalty points|bonus points|extra points|double points|giveaway|raffle|prize|prizes|sweepstake|sweepstakes|refund|
			refunds|refunded|full refund|gift card|store credit|on the house|no charge|no cost|at no cost|zero cost|
			without charge|complimentary|price match|pay later|pay nothing|instalments|installments|interest free|warranty|
			guarantee|guarantees|guaranteed|no questions asked|return it|returns|trial|next day|same day|overnight|express|
			arrives|arrive|delivered|we deliver|24 7|you have won|you won|we owe you|compensation|a bonus|bonus|costs nothing|
			cost nothing|for nothing|on us|reimburse|reimbursed|a present|per month|a month|monthly payments|half the price|
			further notice|next hour|within the hour`),
		free:     set("free freebie freebies gratis"),
		delivery: set("shipping delivery postage"),
		urgent: list(`
			last chance|hurry|limited time|ends soon|ending soon|final hours|final call|final days|last days|last hours|
			for a short time|short time only|act now|act fast|now or never|don t miss out|expires|expiring|ends|ending|
			last call|before it s too late|while it lasts|today only|only today|only now|one day only|this week only|
			this weekend only|before midnight|until midnight|midnight`),
		codes: set("code codes coupon voucher promo promocode redeem checkout enter"),
		until: set("until till til by before through ends end expires closes only on valid deadline"),
		months: order(1, `
			january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct
			november/nov december/dec`),
		weekdays:  order(0, "sunday/sun monday/mon tuesday/tue/tues wednesday/wed thursday/thu/thurs friday/fri saturday/sat"),
		spans:     set("week weekend month year season weeks months years"),
		today:     set("today tonight"),
		tomorrow:  set("tomorrow"),
		greetings: set("hi hello dear hey greetings"),
		neutral:   set("there all everyone friend friends customer team you again from"),
		past: phraseClasses(map[fact]string{
			factOrdered: `
			your last order|your order|your orders|your previous order|your last purchase|your purchase|your purchases|
			you bought|you ordered|you purchased|you ve bought|you ve ordered|you have bought|you have ordered|
			you recently bought|you recently ordered|your recent order|your recent purchase|ordered before|bought before|
			since you last ordered`,
			factRegular: "loyal customer|loyal customers|your loyalty|regular customer|valued regular|favourite customer|favorite customer",
			factCarted:  "your cart|your basket|your shopping cart|left behind|you left",
			factViewed: `
			you viewed|you looked at|you browsed|you were looking|you ve been looking|you ve viewed|caught your eye|
			you recently viewed`,
			factNever: `
			your birthday|vip|premium member|your membership|your subscription|your account balance|your points|your credit|
			your address|your age|your family|your children|your kids|your husband|your wife|your partner|your health|
			your doctor|your income|your salary|as you told us|you told us|you asked us|as agreed|you agreed|
			your friends bought|your neighbours|your neighbors`,
		}),
		knowing:  list(englishKnowing),
		yours:    set("your yours"),
		yous:     set("you yourself"),
		liking:   set(englishLiking),
		hints:    englishHints(),
		amounts:  set("euro euros dollar dollars pound pounds pence cents quid bucks yen francs fiver tenner percent percentage pct"),
		numerals: order(2, "two three four five six seven eight nine ten eleven twelve/dozen"),
		full:     set("regular regularly instead was were originally rrp before formerly"),
		capitals: true,
		template: englishTemplate(),
	}
}

// englishClaims are words that state a fact, by what they are about.
func englishClaims() map[string]string {
	return map[string]string{
		"material": `
			acrylic alloy aluminium aluminum bamboo brass bronze canvas cardboard cashmere ceramic chiffon chrome concrete
			copper cork corduroy cotton crystal denim diamond diamonds down earthenware elastane enamel felt flannel fleece fur
			glass gold golden graphite hemp iron jute lace latex leather linen lycra lyocell mahogany marble merino metal
			microfibre microfiber modal mohair neoprene nylon oak paper pewter pine plastic platinum plywood polyester
			porcelain rattan resin rubber sapphire satin seagrass shearling silicone silk silver slate steel stone stoneware
			suede teak terracotta titanium tweed velvet vinyl viscose walnut wax wicker wood wooden wool woollen`,
		"colour": `
			amber beige black blue brown burgundy charcoal coral cream crimson cyan ecru fuchsia green grey gray indigo ivory
			khaki lavender lilac magenta maroon mauve mint multicolour multicolor multicoloured navy ochre olive orange pink
			purple red rose scarlet tan teal turquoise violet white yellow colourful colorful transparent`,
		"size": `
			small smaller large larger big bigger huge tiny mini xs xl xxl xxxl oversized compact lightweight heavyweight heavy
			tall slim wide narrow roomy spacious foldable adjustable stackable extendable portable unisex`,
		"property": `
			waterproof watertight windproof fireproof shockproof bulletproof soundproof dustproof leakproof rustproof ovenproof
			shatterproof unbreakable washable breathable reusable refillable rechargeable recyclable recycled biodegradable
			compostable sustainable eco ecological organic bio natural vegan vegetarian halal kosher fairtrade ethical handmade
			handcrafted handwoven homemade artisan artisanal hypoallergenic antibacterial antimicrobial nontoxic dishwasher
			microwave microwavable airtight insulated thermal cordless wireless bluetooth solar electric electronic digital
			magnetic waxed padded quilted embroidered engraved personalised personalized authentic genuine original vintage
			antique patented carbon stainless durable robust sturdy indestructible fragrant scented unscented luxury luxurious
			premium exclusive handpicked imported noiseless silent silently quiet childproof stretchy soft`,
		"origin": `
			african american asian australian austrian belgian brazilian british canadian chinese danish dutch english european
			finnish french german greek indian indonesian irish italian japanese korean mexican moroccan norwegian portuguese
			scandinavian scottish spanish swedish swiss turkish vietnamese local locally regional domestic italy france germany
			england britain scotland ireland portugal spain switzerland austria china india japan turkey usa america paris
			milan london`,
		"superlative": `
			best better finest greatest cheapest cheaper lowest highest strongest fastest lightest softest safest biggest
			smallest largest longest prettiest nicest coolest warmest purest freshest healthiest toughest hottest ultimate
			unbeatable unrivalled unrivaled unmatched unparalleled incomparable perfection flawless foolproof always never
			forever everlasting lifelong lifetime eternal most leading top foremost revolutionary miracle miraculous magic
			magical world famous legendary iconic superior supreme number1 absolutely definitely certainly undoubtedly proven
			unique riskless`,
		"health": `
			health healthy healthier healing heal heals cure cures cured relieve relieves relief remedy treats treatment
			therapy therapeutic medical medicinal medicine clinically clinical dermatologically dermatologist doctor doctors
			physician pain painkiller ache arthritis anxiety depression stress insomnia allergy allergies allergic immune
			immunity detox detoxes detoxify slimming weightloss slimmer fat calories cholesterol diabetes cancer blood ageing
			aging wrinkles wrinkle rejuvenates rejuvenating acne eczema inflammation antiinflammatory antioxidant antioxidants
			vitamin vitamins protein probiotic metabolism virus viruses bacteria germs disease diseases illness safe harmless
			nutritious superfood`,
		"reputation": `
			award awards awarded winning bestseller bestsellers bestselling popular acclaimed celebrity celebrities celebrated
			endorsed recommended recommends trusted reviews reviewed rated rating ratings stars star thousands millions
			hundreds dozens everyone everybody nobody experts expert scientists science scientific patented certified
			certificate iso`,
		"scarcity": "limited rare scarce selling sold restock restocked remaining few stocks",
		"ingredient": `
			gluten lactose sugar bpa alcohol nuts dairy parabens plasticiser caffeine salt soy egg eggs milk honey alcoholfree
			chemicals pesticides`,
	}
}

// englishPhrases are facts that take several words.
func englishPhrases() map[string]string {
	return map[string]string{
		"superlative": `
			number one|no 1|nr 1|second to none|like no other|one of a kind|state of the art|must have|world class|top quality|
			high quality|highest quality|never before|once in a lifetime|works every time|cannot fail|can t fail|game changer`,
		"scarcity": `
			almost gone|nearly gone|going fast|while stocks last|while supplies last|last one|last ones|last pieces|last few|
			in high demand|back in stock|out of stock`,
		"reputation": "as seen on|as seen in|loved by|chosen by|customers love|our customers|everyone loves|used by",
		"size":       "one size|extra large|extra small|true to size",
		"origin":     "made in|imported from|locally made",
		"property":   "oven safe|food safe|easy care|non toxic|non stick|easy to clean|batteries included|battery life|machine wash",
	}
}

// englishCommon are words that state nothing about a product.
const englishCommon = `
a about above across add added adore after again against all along already also although am an and another any anyone
anything anywhere are around as ask at away back be beautiful because been before being below between both bring
brings but buy by call can care carefully catch check choice choose chosen cheers classic click code come comes
comfort complete could cup daily day days dear decide delight delights deserve deserves did discover do does done each
early easily easy else email end enjoy enjoyed enough evening evenings ever every everyday everything explore
favourite favourites favorite favorites feel few find fine first fit for found fresh friend friends from full fun
further get gets gift gifts give gives glad go goes good got great had hand hands happy has have he hello help here
hey hi him his home hope hoped how i idea ideas if in inside inspiration inspire into is isn it items its itself join
joy just keep keeps kind kitchen know last later latest let lets life like little live ll long look looking looks lot
lots love loved lovely loves made make makes making many may maybe me meet message might mind mine moment moments
month more morning mornings much must my name near need needs new newest news next nice night now of off offer offers
often on once one ones online open or order our ours out over own page part party perfect perhaps picked pick picks
piece pieces place plan please pleased pleasure pretty price prices product products promise put quick quite range
ready really recently regards reply right room s sale say season see selected selection send set share she shelf shop
shopping should show simple simply since small smile so some someone something soon special spend start still stop
store story style such sunday monday tuesday wednesday thursday friday saturday sunny sure surprise t take takes tea
tell than thank thanks that the their them then there these they thing things think this those thought three through
time times to today together tomorrow too touch treat tried try two under until up us use used ve very view visit wait
waiting want warm was way we week weekend weeks welcome well were what when where whether which while who whole why
will wish wishes with without wonderful work works worth would year years yes yet you your yours yourself table
friends guests guest holiday winter summer spring autumn garden desk desks shelves stylish missed miss heard hear been
missing arrived arrival arrivals line collection catalogue details detail available question questions answer below
happy colleagues colleague person people family breakfast lunch dinner coffee bedside living christmas easter
valentine english i`
