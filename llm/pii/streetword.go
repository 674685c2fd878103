package pii

import "strings"

// Words that make a street of the words beside them.
var (
	// streetBefore come before the name of the street; those that are short are abbreviations.
	streetBefore = set("rue avenue av avda avd avenida boulevard bd blvd allee allees chemin impasse quai cours route ruelle passage square faubourg via viale piazza piazzale corso largo vicolo strada " +
		"stradone contrada calle plaza paseo carrer carretera camino ronda travesia glorieta rua travessa praca estrada alameda rodovia avinguda placa ulica ul aleja aleje al osiedle os plac pl jalan jln jl gang ulitsa ул улица " +
		"проспект пр переулок пер calea bulevardul strada str oδος bulevar trg urb barrio lieu cite lotissement residence hameau domaine")

	// streetBeforeStrong are those that hardly mean anything else in their language.
	streetBeforeStrong = set("rue avenida boulevard chemin impasse viale piazza vicolo calle plaza paseo carrer rua travessa praca estrada alameda ulica ul avda jalan jln улица ул")

	// streetBehind come behind the name: the suffixes of USPS Publication 28, appendix C1, with their usual abbreviations,
	// and the words of other languages.
	streetBehind = set("alley aly annex arcade avenue ave av bayou beach bch bend bluff blf bottom boulevard blvd branch bridge brook brooks burg bypass camp canyon cape causeway center centre circle cir cliff cliffs club common commons corner corners " +
		"course court ct courts cove creek crescent cres crest crossing xing crossroad crossroads curve dale dam divide drive dr drives estate estates expressway expy extension fall falls ferry field fields flat flats ford fords forest forge forges fork forks fort " +
		"freeway fwy garden gardens gateway glen glens green greens grove groves harbor harbors haven heights hts highway hwy hill hills hollow inlet island islands isle junction jct key keys knoll knolls lake lakes land landing lane ln light lights loaf lock locks lodge " +
		"loop mall manor manors meadow meadows mews mill mills mission motorway mount mountain mountains neck orchard oval overpass park parks parkway parkways pkwy pass passage path pike pine pines place pl plain plains plaza point points port ports prairie radial ramp " +
		"ranch rapid rapids rest ridge ridges river road rd roads route row rue run shoal shoals shore shores skyway spring springs spur spurs square sq squares station stravenue stream street st streets summit terrace ter throughway trace track trafficway trail trl tunnel " +
		"turnpike tpke underpass union unions valley valleys viaduct view views village villages ville vista walk walks wall way ways well wells close cl wharf quay rise gate croft parade pde esplanade grange circuit mead drove " +
		"utca u ut utja ter tere korut rkp rakpart koz sor tee tanav pst puiestee mnt maantee strasse str gasse weg platz allee ring ufer damm steig straat laan plein kade gracht dijk weg gade vej alle plads gata gatan vagen vag vei veien vegen gate plass " +
		"katu tie polku kuja kaari cadde caddesi cad sokak sokagi sok bulvari bulvar namesti ulice namestie trida nabrezi trg ulica cesta iela gatve prospektas улица")

	// streetBehindStrong make an address of the capitalised words before them even without a number.
	streetBehindStrong = set("street road avenue lane drive boulevard crescent terrace parkway highway rd ave blvd strasse gasse straat laan gatan utca katu sokak caddesi")

	// numbered are those of streetBehind that the house number follows.
	numbered = set("utca u ut utja ter tere korut rkp rakpart koz sor tee tanav pst puiestee mnt maantee strasse str gasse weg platz allee ring ufer damm steig straat laan plein kade gracht dijk gade vej alle plads gata gatan vagen vag vei veien " +
		"vegen gate plass katu tie polku kuja kaari cadde caddesi cad sokak sokagi sok bulvari bulvar namesti ulice namestie trida nabrezi trg ulica cesta iela gatve prospektas")

	// streetEndings are the same, grown together with the name.
	streetEndings = strings.Fields("strasse str gasse weg platz allee ufer damm steig brucke straat laan plein kade gracht dijk singel steeg dreef baan gade vej stien alle plads straede gata gatan vagen veien vegen vei gaten torget bakken " +
		"katu tie polku kuja ranta straeti braut vegur utca hof graben gata gotu backen stigen")
)

// stopWords end the name of a street in small letters, and begin none in capitals.
var stopWords = set("in on at and is are was were to for with it i my me we you your the a an of from by or not no but that this these please thanks thank has have had will would can could should do does did if when where what who how " +
	"why there here his her their our its be been as so und oder ist im am an zu mit fur bitte ich et est sont pour avec je y o en con para por yo e ed con per sono en met voor ik items item pieces piece days day hours hour weeks week months month years year minutes euros " +
	"dollars percent times units order orders kg cm mm km mb gb pcs x am pm old new more other times people persons customers left until since before after about than then also only just still very too")

// measures behind a number count or measure something.
var measures = set("am pm kg g mg lb lbs oz cm mm m km ft feet foot inch inches gb mb tb mah hz khz mhz ghz w watt watts v volt ml l liter litre litres liters x pcs pc piece pieces pack packs box boxes pair pairs set sets st nd rd th point points " +
	"star stars percent euro euros dollar dollars usd eur gbp pound pounds year years month months week weeks day days hour hours minute minutes min mins sec second seconds time times item items order orders unit units step steps slot slots " +
	"stk stuck buah hari bulan tahun jam kali orang jahre tage stunden uhr ans jours heures mois dias horas anos meses giorni ore anni uur dagen jaar")

// notStreets are numbered and no streets.
var notStreets = set("step section chapter level page part version phase tier option table figure line item order day week round class grade size type model number no nr gate platform track terminal flight bus tram article artikel invoice " +
	"ticket case question answer windows iphone galaxy pixel playstation xbox seite kapitel schritt etape paso passo stap langkah")
