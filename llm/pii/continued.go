package pii

import "strings"

// maxParts bounds what is read behind the opening of an address.
const maxParts = 9

// join is what stands between two parts of an address.
type joint uint8

const (
	cut        joint = iota // no part may follow
	byBlank                 // a space
	byComma                 // a comma, or a dash between spaces
	byLine                  // the end of a line
	byGap                   // an empty line
	byFullStop              // ". "
)

// jointBefore reads what stands before a token.
func (d *draft) jointBefore(i int) joint {
	between := d.text[d.tokens[i-1].end:d.tokens[i].start]
	if len(between) > 40 || strings.Trim(between, " ,.;-\t\r\n>|*()") != "" {
		return cut
	}
	switch lines := strings.Count(between, "\n"); {
	case lines > 2:
		return cut
	case lines == 2:
		return byGap
	case lines == 1:
		return byLine
	case strings.ContainsAny(between, ",;|") || between == " - ":
		return byComma
	case strings.HasPrefix(between, "."):
		return byFullStop
	case strings.Trim(between, " ") == "" && between != "":
		return byBlank
	}
	return cut
}

// continued reads the parts of an address behind token last, where sure says that a street was there. It returns the last token of what surely belongs to it,
// and what the parts add to the score.
func (d *draft) continued(last int, sure bool) (end int, score float64) {
	end = last
	tentative := 0.0
	seen := map[part]bool{}
	for range maxParts {
		next := last + 1
		if next >= len(d.tokens) {
			break
		}
		gap := d.jointBefore(next)
		if gap == cut {
			break
		}
		if gap == byBlank && !sure && len(seen) == 0 && d.countryAt(next) < next && d.unitAt(next) == 0 {
			break // words behind what may be no street are no town
		}
		p, to := d.partAt(next, gap, seen)
		if p == nothing {
			break
		}
		last = to
		seen[p] = true
		switch p {
		case unitPart, boxPart, streetPart:
			score += 0.3 + tentative
			end, tentative = to, 0
		case postcodePart, countryPart:
			score += 0.25 + tentative
			end, tentative = to, 0
		case cityPart, regionPart:
			tentative += 0.1
			if d.capital(next) && d.closes(to) {
				score += tentative
				end, tentative = to, 0
			}
		}
	}
	return end, min(score, 0.6)
}

// partAt reads one part of an address from token i on.
func (d *draft) partAt(i int, gap joint, seen map[part]bool) (part, int) {
	if p, last := d.surePartAt(i, gap, seen); p != nothing {
		return p, last
	}
	if gap == byFullStop || gap == byGap {
		return nothing, 0
	}
	if last := d.regionAt(i, gap); last >= i && !seen[regionPart] {
		return regionPart, last
	}
	if seen[countryPart] || seen[postcodePart] && seen[cityPart] {
		return nothing, 0
	}
	return d.placeAt(i, gap, seen)
}

// surePartAt reads what is nothing but a part of an address: a unit, a box, a country, a postcode.
func (d *draft) surePartAt(i int, gap joint, seen map[part]bool) (part, int) {
	if gap != byGap {
		if last := d.unitAt(i); last > i {
			return unitPart, last
		}
		if last := d.boxAt(i); last >= i {
			return boxPart, last
		}
	}
	if last := d.countryAt(i); last >= i && !seen[countryPart] {
		return countryPart, last
	}
	least := 4 // signs of a postcode that confirms an address
	if len(seen) > 0 {
		least = 3
	}
	if last, _ := d.postcode(i); last >= i && !seen[postcodePart] && d.tokens[last].end-d.tokens[i].start >= least && d.phoneEnds(last) {
		return postcodePart, last
	}
	return nothing, 0
}

// placeAt reads a second line of the street, or a town.
func (d *draft) placeAt(i int, gap joint, seen map[part]bool) (part, int) {
	if gap != byBlank && !seen[cityPart] && !seen[streetPart] {
		if s, ok := d.readStreet(i); ok && s.needs == needsNothing && s.score > 0.5 {
			return streetPart, s.last
		}
	}
	if last := d.cityAt(i); last >= i && (gap != byBlank || d.placed(last)) {
		return cityPart, last
	}
	if gap == byComma || gap == byLine {
		if last := d.smallCityAt(i); last >= i {
			return cityPart, last
		}
	}
	return nothing, 0
}

// placed reports whether words that follow an address without a comma end like a part of it.
func (d *draft) placed(last int) bool {
	if d.closes(last) {
		return true
	}
	next := last + 1
	if next >= len(d.tokens) {
		return false
	}
	p, _ := d.postcode(next)
	return p >= next || d.countryAt(next) >= next || d.regionAt(next, byBlank) >= next
}

// closes reports whether a line, a clause or the text ends behind a token.
func (d *draft) closes(last int) bool {
	rest := strings.TrimLeft(d.text[d.tokens[last].end:], " ")
	return rest == "" || strings.IndexByte(",.;\n\r?!)|\"", rest[0]) >= 0
}

// regionAt returns the token of a code of two or three capitals, or of two digits or small letters between a comma or
// line end and a postcode; else i-1.
func (d *draft) regionAt(i int, gap joint) int {
	t := &d.tokens[i]
	s := d.word(i)
	if len(s) < 2 || len(s) > 3 || t.class == sign || !isASCII(s) {
		return i - 1
	}
	if t.class == letters && capitals(s) && d.byteAfter(t.end) != '-' {
		return i
	}
	if (gap == byComma || gap == byLine) && d.beforePostcode(i) {
		return i
	}
	return i - 1
}

// beforePostcode reports whether nothing but a space or a line end stands between a token and a postcode.
func (d *draft) beforePostcode(i int) bool {
	if c := d.byteAfter(d.tokens[i].end); c != ' ' && c != '\n' || i+1 >= len(d.tokens) {
		return false
	}
	if next := d.jointBefore(i + 1); next != byLine && next != byBlank {
		return false
	}
	last, _ := d.postcode(i + 1)
	return last > i
}

// smallCityAt reads one to four words in small letters that end at a comma or a line end; it counts only if a postcode
// or country confirms it.
func (d *draft) smallCityAt(i int) int {
	for j := i; j < min(i+4, len(d.tokens)); j++ {
		t := &d.tokens[j]
		if t.class != letters || j > i && !d.goesOn(j) || d.capital(j) {
			return i - 1
		}
		if c := d.byteAfter(t.end); c == ',' || c == '\n' || c == '\r' {
			return j
		}
	}
	return i - 1
}

// countryAt returns the last token of a country's name that begins at token i, with what stands in brackets behind it,
// or i-1.
func (d *draft) countryAt(i int) int {
	last := i - 1
	for _, rest := range countries[d.tokens[i].key] {
		if end := i + len(rest); end > last && d.follows(i+1, rest) {
			last = end
		}
	}
	if last >= i && last+1 < len(d.tokens) && d.text[d.tokens[last].end:d.tokens[last+1].start] == " (" && d.byteAfter(d.tokens[last+1].end) == ')' {
		last++
	}
	return last
}

// countries are the short names of ISO 3166-1 in English, and common ones in the languages of the countries, by their
// first word.
var countries = func() map[string][][]string {
	m := map[string][][]string{}
	for name := range strings.SplitSeq(countryNames, "|") {
		v := &view{text: name}
		v.split()
		var rest []string
		for _, t := range v.tokens[1:] {
			rest = append(rest, t.key)
		}
		m[v.tokens[0].key] = append(m[v.tokens[0].key], rest)
	}
	return m
}()

const countryNames = "Afghanistan|Albania|Algeria|American Samoa|Andorra|Angola|Anguilla|Antarctica|Antigua and Barbuda|Argentina|Armenia|Aruba|Australia|Austria|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bermuda|" +
	"Bhutan|Bolivia|Bonaire|Bosnia and Herzegovina|Bosnia|Botswana|Brazil|British Indian Ocean Territory|British Virgin Islands|Brunei|Brunei Darussalam|Bulgaria|Burkina Faso|Burundi|Cabo Verde|Cape Verde|Cambodia|Cameroon|Canada|Cayman Islands|Central African Republic|" +
	"Chad|Chile|China|Christmas Island|Cocos Islands|Colombia|Comoros|Congo|Cook Islands|Costa Rica|Cote d Ivoire|Ivory Coast|Croatia|Cuba|Curacao|Cyprus|Czechia|Czech Republic|Denmark|Djibouti|Dominica|Dominican Republic|Ecuador|Egypt|El Salvador|" +
	"Equatorial Guinea|Eritrea|Estonia|Eswatini|Swaziland|Ethiopia|Falkland Islands|Faroe Islands|Fiji|Finland|France|French Guiana|French Polynesia|French Southern Territories|Gabon|Gambia|Georgia|Germany|Ghana|Gibraltar|Greece|Greenland|Grenada|" +
	"Guadeloupe|Guam|Guatemala|Guernsey|Guinea|Guinea Bissau|Guyana|Haiti|Holy See|Vatican City|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Isle of Man|Israel|Italy|Jamaica|Japan|Jersey|Jordan|Kazakhstan|Kenya|Kiribati|Korea|" +
	"North Korea|South Korea|Kuwait|Kyrgyzstan|Kyrgyz Republic|Laos|Lao People s Democratic Republic|Latvia|Lebanon|Lesotho|Liberia|Libya|Libyan Arab Jamahiriya|Liechtenstein|Lithuania|Luxembourg|Macao|Macau|Macedonia|North Macedonia|Madagascar|Malawi|Malaysia|" +
	"Maldives|Mali|Malta|Marshall Islands|Martinique|Mauritania|Mauritius|Mayotte|Mexico|Micronesia|Moldova|Monaco|Mongolia|Montenegro|Montserrat|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands|The Netherlands|Netherlands Antilles|New Caledonia|" +
	"New Zealand|Nicaragua|Niger|Nigeria|Niue|Norfolk Island|Northern Mariana Islands|Norway|Oman|Pakistan|Palau|Palestine|Panama|Papua New Guinea|Paraguay|Peru|Philippines|Pitcairn Islands|Poland|Portugal|Puerto Rico|Qatar|Reunion|Romania|Russia|Russian Federation|Rwanda|" +
	"Saint Barthelemy|Saint Helena|Saint Kitts and Nevis|Saint Lucia|Saint Martin|Saint Pierre and Miquelon|Saint Vincent and the Grenadines|Samoa|San Marino|Sao Tome and Principe|Saudi Arabia|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Sint Maarten|Slovakia|" +
	"Slovak Republic|Slovenia|Solomon Islands|Somalia|South Africa|South Georgia|South Sudan|Spain|Sri Lanka|Sudan|Suriname|Svalbard|Sweden|Switzerland|Syria|Syrian Arab Republic|Taiwan|Tajikistan|Tanzania|Thailand|Timor Leste|Togo|Tokelau|Tonga|Trinidad and Tobago|Tunisia|" +
	"Turkey|Turkiye|Turkmenistan|Turks and Caicos Islands|Tuvalu|Uganda|Ukraine|United Arab Emirates|UAE|United Kingdom|UK|Great Britain|England|Scotland|Wales|Northern Ireland|United States|United States of America|USA|US|United States Virgin Islands|Uruguay|Uzbekistan|" +
	"Vanuatu|Venezuela|Vietnam|Viet Nam|Wallis and Futuna|Western Sahara|Yemen|Zambia|Zimbabwe|Deutschland|Österreich|Schweiz|Suisse|Svizzera|España|Italia|Nederland|België|Belgique|Belgien|Frankreich|Italien|Spanien|Niederlande|Polen|Polska|Brasil|México|Danmark|" +
	"Norge|Sverige|Suomi|Ísland|Eesti|Latvija|Lietuva|Česko|Slovensko|Magyarország|România|Hrvatska|Slovenija|Ελλάδα|Κύπρος|Türkiye|Россия|Україна|Allemagne|Autriche|Pays Bas|Espagne|Royaume Uni|Germania|Spagna|Francia|Alemania|Alemanha|França|Espanha|Vereinigtes Königreich"
