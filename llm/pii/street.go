package pii

import "strings"

// Words that make a street of the words beside them.
var (
	// streetBefore come before the name of the street; those that are short are abbreviations.
	streetBefore = set("rue avenue av avda avd avenida boulevard bd blvd allee allees chemin impasse quai cours route ruelle passage square faubourg via viale piazza piazzale corso largo vicolo strada " +
		"stradone contrada calle plaza paseo carrer carretera camino ronda travesia glorieta rua travessa praca estrada alameda rodovia avinguda placa ulica ul aleja aleje al osiedle os plac pl jalan jln jl gang ulitsa ул улица " +
		"проспект пр переулок пер calea bulevardul strada str oδος bulevar trg urb barrio lieu cite lotissement residence hameau domaine")

	// streetBeforeStrong are those that hardly mean anything else in their language.
	streetBeforeStrong = set("rue avenida boulevard chemin impasse via viale piazza vicolo calle plaza paseo carrer rua travessa praca estrada alameda ulica ul avda jalan jln улица ул")

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

	// streetEndings are the same, grown together with the name.
	streetEndings = strings.Fields("strasse str gasse weg platz allee ring ufer damm steig brucke straat laan plein kade gracht dijk singel steeg dreef baan wei gade vej stien alle plads straede gata gatan vagen veien vegen vei gaten torget bakken " +
		"katu tie polku kuja ranta straeti braut vegur utca lei kai hof graben wall gata gotu backen stigen grand")
)

// street is a line of an address as it is read.
type street struct {
	last              int
	score             float64
	leading, trailing bool // house numbers
	words             int
	weak              bool // needs more of an address behind it, or a word that speaks of one
}

// house reports whether a token is a house number: 12, 12a, 221B, at most five digits.
func (d *draft) house(i int) bool {
	k := d.tokens[i].key
	n := countDigits(k)
	return d.tokens[i].class != sign && n >= 1 && n <= 5 && len(k)-n <= 1 && isDigit(k[0])
}

// maxStreetWords bounds the name of a street.
const maxStreetWords = 7

// readStreet reads numbers, words and a number from token i on. ok is false if that is no street in any place.
func (d *draft) readStreet(i int) (s street, ok bool) {
	j := i
	for n := 0; n < 2 && j < len(d.tokens) && d.house(j) && (j == i || d.tokens[j].gap == space || d.ranges(j)); n++ {
		s.leading = true
		j++
	}
	if j >= len(d.tokens) || s.leading && !d.soft(j) {
		return s, false
	}
	return d.readWords(s, j, s.leading && !d.capital(j))
}

// ranges reports whether a number goes on with the one before it: 12-14, 12/3.
func (d *draft) ranges(j int) bool {
	g := d.tokens[j].gap
	return g == dash || g == slash
}

// soft reports whether a token stands on the same line as the one before it, with nothing but a space, a comma or a dot
// between them.
func (d *draft) soft(j int) bool {
	between := d.text[d.tokens[j-1].end:d.tokens[j].start]
	return between == " " || between == ", " || between == "  " || between == ". "
}

// wordsOf is what the words of a street hold.
type wordsOf struct {
	before, beforeStrong, behind, behindStrong, glued bool
	lastBehind                                        int
}

// readWords reads the name of the street from token j on, and the number behind it.
func (d *draft) readWords(s street, j int, lower bool) (street, bool) {
	var w wordsOf
	first := j
	for ; j < min(first+maxStreetWords, len(d.tokens)); j++ {
		t := &d.tokens[j]
		if t.class != letters || j > first && !d.goesOn(j) || stopWords[t.key] && !(d.capital(j) && j > first) {
			break
		}
		if !lower && !d.capital(j) && !particles[t.key] && !streetBefore[t.key] && !streetBehind[t.key] || lower && unitWords[t.key] || d.unitAt(j) > j {
			break
		}
		w.note(t.key, j, j == first)
	}
	for j > first && particles[d.tokens[j-1].key] && !streetBehind[d.tokens[j-1].key] {
		j--
	}
	s.words = j - first
	if s.words == 0 {
		return s, false
	}
	if lower && w.lastBehind > 0 && !(j < len(d.tokens) && d.house(j) && d.goesOn(j)) {
		j = w.lastBehind + 1 // in small letters a street ends with its word
	}
	s.last = j - 1
	if j < len(d.tokens) && d.house(j) && d.goesOn(j) && !d.decimal(j) {
		s.trailing = true
		s.last = j
		if j+1 < len(d.tokens) && d.house(j+1) && d.ranges(j+1) {
			s.last = j + 1
		} else if t := j + 1; t < len(d.tokens) && len(d.tokens[t].key) == 1 && d.tokens[t].class == letters && d.tokens[t].gap == space && d.capital(t) && d.tokens[t].key != "i" && d.tokens[t].key != "a" {
			s.last = t
		}
	}
	s.score, s.weak = w.judge(&s, lower)
	return s, s.score > 0
}

func (w *wordsOf) note(key string, j int, first bool) {
	if first && streetBefore[key] {
		w.before, w.beforeStrong = true, streetBeforeStrong[key]
	}
	if !first && streetBehind[key] {
		w.behind, w.lastBehind = true, j
		w.behindStrong = w.behindStrong || streetBehindStrong[key]
	}
	if first || !streetBehind[key] {
		for _, e := range streetEndings {
			if len(key) >= len(e)+3 && strings.HasSuffix(key, e) {
				w.glued = true
				if !streetBehind[key] {
					w.lastBehind = j
				}
			}
		}
	}
}

// goesOn reports whether a token belongs to the words before it.
func (d *draft) goesOn(j int) bool {
	return d.within(j) || d.text[d.tokens[j-1].end:d.tokens[j].start] == "/" && len(d.tokens[j-1].key) == 1
}

func (d *draft) decimal(j int) bool {
	end := d.tokens[j].end
	c := d.byteAfter(end)
	return (c == '.' || c == ',' || c == ':') && isDigit(d.byteAfter(end+1)) || c == '%'
}

// judge says how much a line looks like a street without regard to what stands around it.
func (w *wordsOf) judge(s *street, lower bool) (score float64, weak bool) {
	numbers := s.leading || s.trailing
	switch {
	case w.before && s.words > 1 && numbers && (!lower || w.beforeStrong || s.leading && s.trailing):
		return 0.85, false
	case w.behind && s.leading && (w.behindStrong || !lower || s.trailing):
		return 0.8, false
	case (w.behind && !lower || w.glued) && s.trailing:
		return 0.8, false
	case w.beforeStrong && s.words > 1 && !lower, w.behindStrong && !lower:
		return 0.5, false
	case s.leading && s.trailing:
		return 0.4, true
	case w.glued && s.leading:
		return 0.5, true
	case s.leading && !lower:
		return 0.25, true
	case s.leading && lower:
		return 0.15, true
	case s.trailing:
		return 0.2, true
	}
	return 0, false
}

// stopWords end the name of a street in small letters, and begin none in capitals.
var stopWords = set("in on at and is are was were to for with it i my me we you your the a an of from by or not no but that this these please thanks thank has have had will would can could should do does did if when where what who how " +
	"why there here his her their our its be been as so und oder ist im am an zu mit fur bitte ich et est sont pour avec je y o en con para por yo e ed con per sono en met voor ik items item pieces piece days day hours hour weeks week months month years year minutes euros " +
	"dollars percent times units order orders kg cm mm km mb gb pcs x am pm old new more other times people persons customers left until since before after about than then also only just still very too")
