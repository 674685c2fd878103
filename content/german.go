package content

// german is the German of shops. The lists are our own selection.
func german() *language {
	return &language{
		code:     "de",
		claims:   classes(germanClaims()),
		phrases:  phraseClasses(germanPhrases()),
		harmless: list("beste grusse|besten gruss|alles gute|alles liebe|aufs beste|am besten gleich|guten tag|freie zeit|am rande|im grunen"),
		common:   set(germanCommon),
		predicates: set(`
			hergestellt gefertigt gemacht besteht enthalt enthalten beinhaltet inklusive inkl samt ausgestattet gefullt
			gefuttert beschichtet bedruckt gewebt gestrickt geschnitzt geeignet zertifiziert getestet gepruft fasst halt wiegt
			misst schutzt verhindert verbessert reduziert entfernt starkt fordert hilft wirkt mit aus`),
		copulas:   set("ist sind war hat haben hatte"),
		pronouns:  set("er sie es dies diese dieser dieses das"),
		negations: set("nicht kein keine keinen keiner keinem ohne nie niemals weder noch"),
		joiners:   set("und oder der die das den dem ein eine einen unser unsere sowie mit"),
		saving:    set("spar spare sparen sparst spart rabatt nachlass gunstiger reduziert reduzierung weniger ersparnis minus abzug"),
		minimum:   set("ab uber mindestens mindestbestellwert bestellwert"),
		promises: set(`
			rabatt rabatte nachlass spar spare sparen sparst ersparnis reduziert gunstiger sonderangebot schnappchen gutschein
			gutscheine aktion aktionspreis sale preisnachlass halber ermassigt`),
		grants: list(`
			zum halben preis|halber preis|geld zuruck|treuepunkte|bonuspunkte|punkte|gewinnspiel|verlosung|gewinn|gewonnen|
			erstattung|erstatten|geschenkkarte|guthaben|ohne kosten|keine kosten|ratenzahlung|garantie|garantiert|garantieren|
			gewahrleistung|ruckgabe|rucksendung|umtausch|probezeit|express|expresslieferung|geliefert|kommt an|am nachsten tag|
			uber nacht|ersatzlieferung|entschadigung|bonus|zugabe|pro monat|im monat|auf weiteres|nachsten stunde|kostet nichts|
			geht auf uns|2 fur 1|3 fur 2|zwei zum preis von einem`),
		free: set(`
			gratis kostenlos kostenlose kostenloser kostenloses kostenlosen kostenfrei kostenfreie kostenfreien umsonst
			geschenkt versandkostenfrei portofrei`),
		delivery: set("versand lieferung porto versandkosten versandkostenfrei portofrei zustellung"),
		urgent: list(`
			letzte chance|nur heute|heute noch|nur kurz|nur kurze zeit|kurze zeit|endet|enden|lauft ab|nur noch heute|
			schnell sein|beeil dich|beeilen sie sich|letzte tage|letzter tag|letzte stunden|mitternacht|zeitlich begrenzt`),
		codes: set("code gutscheincode rabattcode gutschein aktionscode einlosen eingeben"),
		until: set("bis vor am endet zum nur gultig spatestens ab"),
		months: order(1, `
			januar/jan februar/feb marz/mrz april/apr mai juni/jun juli/jul august/aug september/sep/sept oktober/okt
			november/nov dezember/dez`),
		weekdays:  order(0, "sonntag montag dienstag mittwoch donnerstag freitag samstag/sonnabend"),
		spans:     set("woche wochenende monat jahr saison wochen monate jahre"),
		today:     set("heute"),
		tomorrow:  set("ubermorgen"),
		greetings: set("hallo liebe lieber hi hey moin guten"),
		neutral:   set("zusammen kundin kunde kunden tag morgen abend alle und"),
		past: phraseClasses(map[fact]string{
			factOrdered: `
			deine letzte bestellung|deiner letzten bestellung|ihre letzte bestellung|ihrer letzten bestellung|deine bestellung|
			deiner bestellung|ihre bestellung|ihrer bestellung|dein einkauf|ihr einkauf|hast du gekauft|hast du bestellt|
			haben sie gekauft|haben sie bestellt|du gekauft hast|du bestellt hast|letzten einkauf|letzter einkauf`,
			factRegular: "treuer kunde|treue kundin|deine treue|ihre treue|stammkunde|stammkundin",
			factCarted:  "dein warenkorb|deinem warenkorb|ihr warenkorb|ihrem warenkorb",
			factViewed:  "du angesehen hast|hast du angesehen|sie angesehen haben",
			factNever: `
			dein geburtstag|deinem geburtstag|ihr geburtstag|ihrem geburtstag|vip|deine mitgliedschaft|ihre mitgliedschaft|
			dein guthaben|ihr guthaben|deine familie|ihre familie|deine kinder|ihre kinder|deine gesundheit|ihre gesundheit`,
		}),
		knowing:  list(germanKnowing),
		yours:    set("dein deine deinem deinen deiner deines ihr ihre ihrem ihren ihrer ihres euer eure eurem euren eurer"),
		yous:     set("du dich dir sie ihnen"),
		liking:   set(germanLiking),
		hints:    germanHints(),
		amounts:  set("euro euros dollar pfund cent cents yen franken prozent"),
		numerals: order(2, "zwei drei vier funf sechs sieben acht neun zehn elf zwolf/dutzend"),
		full:     set("statt regular war vorher ursprunglich uvp bisher"),
		template: germanTemplate(),
	}
}

// germanClaims are words that state a fact, by what they are about. Endings of adjectives are taken off before a word is
// looked up.
func germanClaims() map[string]string {
	return map[string]string{
		"material": `
			acryl aluminium bambus baumwolle biobaumwolle beton blech bronze buche chrom edelstahl eiche eichenholz eisen filz
			fell gold golden glas granit gummi holz jute kaschmir keramik kiefer kork kristall kunststoff kupfer leder leinen
			marmor merino merinowolle messing metall nylon papier pappe plastik platin polyester porzellan rattan samt satin
			schiefer seide silber silikon stahl stein steingut steinzeug teak terrakotta titan ton viskose walnuss wolle zinn`,
		"colour": `
			beige blau braun bunt dunkelblau gelb grau grun hellblau lila magenta oliv orange pink rosa rot schwarz silbern
			turkis violett weiss creme cremeweiss farbig transparent`,
		"size": `
			klein kleiner gross grosser riesig winzig kompakt leicht leichter schwer breit schmal hoch faltbar klappbar
			verstellbar stapelbar tragbar ubergross`,
		"property": `
			wasserdicht winddicht feuerfest bruchsicher stossfest unzerbrechlich rostfrei waschbar atmungsaktiv
			wiederverwendbar nachfullbar wiederaufladbar recycelbar recycelt biologisch kompostierbar nachhaltig bio okologisch
			naturlich vegan vegetarisch handgemacht handgefertigt spulmaschinenfest spulmaschinengeeignet mikrowellenfest
			mikrowellengeeignet backofenfest luftdicht isoliert kabellos drahtlos elektrisch magnetisch bestickt graviert echt
			original antik patentiert langlebig robust stabil duftend luxurios exklusiv hochwertig importiert lautlos leise
			weich mikrowelle spulmaschine backofen waschmaschine`,
		"origin": `
			deutsch deutschland italienisch italien franzosisch frankreich spanisch spanien portugiesisch portugal osterreich
			osterreichisch schweiz schweizer europaisch europa amerikanisch japanisch japan chinesisch china indisch indien
			regional heimisch skandinavisch danisch schwedisch finnisch`,
		"superlative": `
			beste bester bestes besten schonste schonster schonsten grosste grossten gunstigste gunstigsten billigste
			billigsten billiger besser starkste schnellste leichteste weichste sicherste hochste niedrigste einzigartig
			einmalig unschlagbar unubertroffen unvergleichlich perfektion makellos immer nie niemals ewig lebenslang fuhrend
			weltbekannt weltberuhmt legendar revolutionar wunder wundermittel einzig einzige risikolos absolut`,
		"health": `
			gesund gesundheit heilt heilung heilend heilen lindert lindern schmerz schmerzen schmerzfrei therapie therapeutisch
			medizin medizinisch klinisch dermatologisch arzt arzte allergie allergien allergisch immunsystem entgiftet detox
			abnehmen schlank fett kalorien cholesterin diabetes krebs falten akne entzundung vitamin vitamine protein viren
			bakterien keime krankheit krankheiten sicher unbedenklich stress`,
		"reputation": `
			preisgekront ausgezeichnet testsieger bestseller beliebt beliebteste empfohlen bewertungen bewertet sterne tausende
			millionen hunderte jeder alle experten zertifiziert wissenschaftlich beruhmt`,
		"scarcity": "limitiert begrenzt selten knapp ausverkauft vergriffen restposten",
		"ingredient": `
			gluten glutenfrei laktose laktosefrei zucker zuckerfrei bpa alkohol alkoholfrei nusse parabene koffein salz soja
			milch schadstoffe schadstofffrei`,
	}
}

// germanPhrases are facts that take several words.
func germanPhrases() map[string]string {
	return map[string]string{
		"superlative": "nummer eins|nr 1|ohne gleichen|weltweit fuhrend",
		"scarcity": `
			fast weg|solange der vorrat reicht|solange vorrat reicht|letzte stucke|letzten stucke|nur noch wenige|wieder da|
			wieder verfugbar`,
		"reputation": "bekannt aus|unsere kunden lieben|geliebt von",
		"origin":     "made in|hergestellt in|aus der region",
	}
}

// germanCommon are words that state nothing about a product.
const germanCommon = `
ab aber alle allem allen alles als also am an auch auf aus bald bei beim bereit bestimmt bestell bestellen bis bist
bitte da dabei dafur damit dann daran darauf das dass dein deine deinem deinen deiner dem den denn der des dich die
dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einfach einmal entdecke
entdecken er es etwas euch euer eure fein feine feinen fertig finde finden fragen freude freuen freundliche fur ganz
genau genuss geniessen gern gerne geschenk gibt gleich gruss grusse gut gute guten gutes haben habt hallo hast hat
hause hier ich idee ideen ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jeden jeder jedes jetzt
kannst kaufen kein keine kleine klick kommen konnen kuche lange lassen liebe lieber liebling lieblinge lieblingsstuck
los mach machen mal man mehr mein mit mochten morgen nach neu neue neuen neuer neues nicht nichts noch nun nur oder
ohne online passend passt preis preise probieren schau schauen schon schone schonen schoner schones sehen sehr sein
sich sie sind so sofort sogar sonntag sortiment stobern tag tage tee trinken tun uber um und uns unser unsere unserem
unseren unserer viel viele vielleicht vielen vom von vor wann war warum was weil wenn wer werden wie wieder wir wird
wo wohnung wollen wunsch wunsche wunschen zeit zu zuhause zum zur zuruck zwei zwischen angebot angebote auswahl
artikel laden dank danke herzlich herzliche herzlichen willkommen lust moment momente fruhstuck abend kaffee winter
sommer fruhling herbst garten tisch schreibtisch familie freunde gaste alltag vermisst vermissen wahrend warten wartet
eingetroffen angekommen kollektion perfekt perfekte perfekten fehlt halt ausgesucht gerade weile her ist hoffen
gedacht hast freude haben`
