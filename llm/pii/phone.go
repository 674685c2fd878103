package pii

import (
	"bytes"
	"slices"
	"strings"
)

// phoneLengths are the digits of a number with its calling code (ITU-T E.164 and the national numbering plans that the
// ITU publishes), least and most, by calling code. Other codes have 8 to 15.
var phoneLengths = map[string][2]int{
	"1": {11, 11}, "7": {11, 11}, "20": {11, 12}, "27": {11, 11}, "30": {12, 12}, "31": {11, 11}, "32": {10, 11}, "33": {11, 11},
	"34": {11, 11}, "36": {10, 11}, "39": {8, 13}, "40": {11, 11}, "41": {11, 11}, "43": {8, 15}, "44": {11, 12}, "45": {10, 10},
	"46": {9, 12}, "47": {10, 10}, "48": {11, 11}, "49": {9, 15}, "51": {10, 11}, "52": {12, 13}, "54": {12, 13}, "55": {12, 13},
	"56": {11, 11}, "57": {10, 12}, "60": {10, 12}, "61": {11, 11}, "62": {10, 14}, "63": {10, 12}, "64": {10, 12}, "65": {10, 10},
	"66": {10, 11}, "81": {11, 12}, "82": {10, 12}, "84": {11, 12}, "86": {10, 13}, "90": {12, 12}, "91": {12, 12}, "351": {12, 12},
	"352": {8, 12}, "353": {10, 12}, "354": {10, 10}, "358": {8, 14}, "370": {11, 11}, "371": {11, 11}, "372": {10, 11}, "380": {12, 12},
	"385": {11, 12}, "386": {11, 11}, "420": {12, 12}, "421": {12, 12}, "852": {11, 11}, "886": {11, 12}, "971": {11, 12}, "972": {11, 12},
}

// international reports whether digits that begin with a calling code are as many as its numbers have.
func international(s string) (ok, known bool) {
	for n := 1; n <= 3 && n < len(s); n++ {
		if r, ok := phoneLengths[s[:n]]; ok {
			return len(s) >= r[0] && len(s) <= r[1], true
		}
	}
	return len(s) >= 8 && len(s) <= 15 && s[0] != '0', false
}

func findPhones(d *draft) {
	if !d.wants(Phone) {
		return
	}
	for i := 0; i < len(d.tokens); i++ {
		if t := &d.tokens[i]; t.class == digits && len(t.key) <= 15 {
			i = d.matchPhone(i)
		}
	}
}

// maxPhoneGroups bounds the work per number.
const maxPhoneGroups = 7

// call is a number as it is written.
type call struct {
	plus, bracket bool
	figures       []byte
	digits        string // figures, when they are enough
	groups        []int  // lengths
	gaps          []byte // the first byte of what stands between them
	done          bool   // an extension ended it
}

// matchPhone adds the longest number that begins at token i, and returns its last token, or i.
func (d *draft) matchPhone(i int) int {
	start := d.tokens[i].start
	var c call
	if d.byteBefore(start) == '(' {
		start--
		c.bracket = true
	}
	if d.byteBefore(start) == '+' {
		start--
		c.plus = true
	}
	if before := d.byteBefore(start); d.inWordBefore(start) || strings.IndexByte("-./_$@#=", before) >= 0 && before != 0 && !(c.plus || before == '.' || before == '=') {
		return i
	}
	var figures [15]byte
	var lengths [maxPhoneGroups]int
	var gaps [maxPhoneGroups]byte
	c.figures, c.groups, c.gaps = figures[:0], lengths[:0], gaps[:0]
	best := i
	for j := i; j < min(i+maxPhoneGroups, len(d.tokens)) && d.extends(&c, i, j); j++ {
		if score := d.phoneScore(&c, i, j); score > 0 && d.phoneEnds(j) {
			end := d.tokens[j].end
			d.add(Phone, start, d.extension(end), score, "phone")
			best = j
		}
	}
	return best
}

// extends adds token j to the number, unless it cannot belong to it.
func (d *draft) extends(c *call, i, j int) bool {
	t := &d.tokens[j]
	figures := t.key
	if n := extended(t.key); n > 0 && j > i && !c.done {
		figures, c.done = t.key[:n], true
	} else if t.class != digits || c.done {
		return false
	}
	if len(c.figures)+len(figures) > 15 {
		return false
	}
	if j > i {
		between := d.text[d.tokens[j-1].end:t.start]
		if len(between) > 3 || strings.Trim(between, " -./()") != "" {
			return false
		}
		c.bracket = c.bracket || strings.Contains(between, "(")
		c.gaps = append(c.gaps, between[0])
	}
	c.figures = append(c.figures, figures...)
	c.groups = append(c.groups, len(figures))
	return true
}

// extended returns how many digits stand before the extension in "3793x12", or 0.
func extended(s string) int {
	n := strings.IndexByte(s, 'x')
	if n < 2 || n > 8 || n+1 == len(s) || len(s)-n > 7 || !allDigits(s[:n]) || !allDigits(s[n+1:]) {
		return 0
	}
	return n
}

// phoneEnds reports whether the number may end with token j.
func (d *draft) phoneEnds(j int) bool {
	end := d.tokens[j].end
	after, next := d.byteAfter(end), d.byteAfter(end+1)
	switch {
	case after == ')' || after == '-' || after == '/' || after == '.' || after == ',':
		return !isDigit(next)
	case after == ':' || after == '%' || after == '@' || after == '_':
		return after == ':' && !isDigit(next)
	}
	return true
}

// extension returns the end of a number with the extension behind it: "x12", "ext. 12".
func (d *draft) extension(end int) int {
	i := d.tokenAt(end)
	if i >= len(d.tokens) || d.tokens[i].start-end > 2 {
		return end
	}
	k := d.tokens[i].key
	if len(k) >= 2 && len(k) <= 7 && k[0] == 'x' && allDigits(k[1:]) {
		return d.tokens[i].end
	}
	if isWord(k, "x", "ext", "extension", "durchwahl", "dw", "poste", "int", "interno") && i+1 < len(d.tokens) && d.tokens[i+1].class == digits &&
		len(d.tokens[i+1].key) <= 6 && d.tokens[i+1].start-d.tokens[i].end <= 3 {
		return d.tokens[i+1].end
	}
	return end
}

// phoneScore says how much a number from token i to j looks like a phone's, 0 if not at all.
func (d *draft) phoneScore(c *call, i, j int) float64 {
	if len(c.figures) < 6 {
		return 0
	}
	c.digits = string(c.figures)
	switch {
	case sameDigits(c.digits):
		return 0
	case c.plus:
		return scorePlus(c.digits)
	case d.looksLikeDate(i, j):
		return 0
	}
	cued, other := d.spokenOfPhone(c, i, j)
	if other && !c.bracket {
		return 0
	}
	return max(c.nationalScore(), d.supported(c, i, j, cued))
}

// spokenOfPhone reports whether words near a number speak of a phone, or rather of another number.
func (d *draft) spokenOfPhone(c *call, i, j int) (cued, other bool) {
	switch spoken := d.nearest(i, cuePhone|cueOrder|cueCard|cueBank|cueID|cueTax|cueSocial); {
	case spoken&cuePhone != 0:
		return true, false
	case spoken != 0:
		return false, true
	}
	if len(c.groups) > 1 && d.spokenOf(i, cueNumber, 4) {
		return true, false
	}
	behind := min(j+5, len(d.tokens))
	return d.spokenOf(behind, cuePhone, behind-j-1), false
}

// supported scores a number by a word that speaks of a phone, or because it is all that its line holds.
func (d *draft) supported(c *call, i, j int, cued bool) float64 {
	n := len(c.digits)
	switch {
	case cued && n >= 7 && c.nationalScore() >= 0.3:
		return 0.85
	case cued && n >= 7 && n <= 13 && c.grouped():
		return 0.7
	case n >= 8 && n <= 12 && c.grouped() && len(c.groups) > 1 && d.ownLine(i, j):
		return 0.5
	}
	return 0
}

// ownLine reports whether tokens stand alone on one line of several.
func (d *draft) ownLine(i, j int) bool {
	before := strings.TrimRight(d.text[:d.tokens[i].start], " (>")
	after := strings.TrimLeft(d.text[d.tokens[j].end:], " .)")
	return len(before)+len(after) > 0 && (before == "" || before[len(before)-1] == '\n') && (after == "" || after[0] == '\n' || after[0] == '\r')
}

func scorePlus(s string) float64 {
	ok, known := international(s)
	// After the code some write the national prefix: +44 (0)20 ...
	if !ok && len(s) > 9 {
		ok, known = len(s) <= 15, false
	}
	switch {
	case ok && known:
		return 0.95
	case ok && len(s) >= 8:
		return 0.75
	}
	return 0
}

// grouped reports whether no group is so short that the number rather counts or measures something.
func (c *call) grouped() bool {
	for _, g := range c.groups {
		if g == 1 && len(c.groups) > 2 && c.groups[0] != 1 {
			return false
		}
	}
	return len(c.groups) <= 6
}

// nationalShapes are shapes of numbers without calling code, the better ones first.
var nationalShapes = []struct {
	score float64
	fits  func(c *call) bool
}{
	{0.75, (*call).dialledAbroad},
	{0.75, func(c *call) bool { return c.northAmerican() && (c.bracket || !c.has(' ') || len(c.digits) == 11) }},
	{0.7, func(c *call) bool { return c.bracket && nanp(c.digits) && len(c.groups) == 2 }},
	{0.65, func(c *call) bool { return c.bracket && c.between(8, 12) && len(c.groups) >= 2 }},
	{0.6, (*call).northAmerican},
	{0.55, func(c *call) bool { return c.trunk() && c.between(9, 11) && len(c.groups) >= 3 && c.even() }},
	{0.5, func(c *call) bool {
		return c.trunk() && c.between(9, 11) && len(c.groups) == 2 && c.groups[0] <= 5 && c.groups[1] >= 5 && !c.has('.')
	}},
	{0.5, (*call).spaced},
	{0.5, (*call).chineseMobile},
	{0.4, func(c *call) bool { return c.trunk() && c.between(9, 12) || nanp(c.digits) && len(c.groups) == 1 }},
}

// nationalScore judges a number without calling code by its shape.
func (c *call) nationalScore() float64 {
	for _, s := range nationalShapes {
		if s.fits(c) {
			return s.score
		}
	}
	return 0
}

func (c *call) between(least, most int) bool { return len(c.digits) >= least && len(c.digits) <= most }

func (c *call) has(gap byte) bool { return bytes.IndexByte(c.gaps, gap) >= 0 }

// trunk reports the one 0 that many countries put before an area code.
func (c *call) trunk() bool { return c.digits[0] == '0' && c.digits[1] != '0' }

// dialledAbroad reports 00 and a number with a calling code.
func (c *call) dialledAbroad() bool {
	rest, ok := strings.CutPrefix(c.digits, "00")
	if !ok || len(rest) < 9 {
		return false
	}
	ok, known := international(rest)
	return ok && known
}

// northAmerican reports groups of 3-3-4, with or without a 1 before them.
func (c *call) northAmerican() bool {
	n := len(c.groups)
	return nanp(strings.TrimPrefix(c.digits, "1")) && n >= 3 && c.groups[n-1] == 4 && c.groups[n-2] == 3
}

// chineseMobile reports eleven digits from 13 to 19.
func (c *call) chineseMobile() bool {
	return len(c.digits) == 11 && c.digits[0] == '1' && c.digits[1] >= '3' && (len(c.groups) == 1 || slices.Equal(c.groups, []int{3, 4, 4}))
}

// spacedGroups are groups that some country without a trunk 0 parts by spaces.
var spacedGroups = [][]int{{2, 2, 2, 2}, {3, 2, 3}, {2, 3, 2, 2}, {3, 2, 2, 3}, {3, 3, 2, 2}, {3, 2, 2, 2}, {2, 3, 4}, {2, 4, 4}}

// spaced reports numbers in spacedGroups that do not begin with 0 or 1.
func (c *call) spaced() bool {
	return c.digits[0] > '1' && len(bytes.Trim(c.gaps, " ")) == 0 && slices.ContainsFunc(spacedGroups, func(g []int) bool { return slices.Equal(g, c.groups) })
}

// even reports whether all groups but the first have two to four digits.
func (c *call) even() bool {
	for _, g := range c.groups[1:] {
		if g < 2 || g > 5 {
			return false
		}
	}
	return c.groups[0] <= 5
}

// nanp reports ten digits that the North American Numbering Plan allows: area codes and exchanges begin with 2 to 9.
func nanp(s string) bool {
	return len(s) == 10 && s[0] >= '2' && s[3] >= '2' && s[1:3] != "11" && s[4:6] != "11" && s[1] != '9'
}

// looksLikeDate reports three groups such as 2024-05-31 or 31.05.2024, and times.
func (d *draft) looksLikeDate(i, j int) bool {
	if j-i != 2 {
		return false
	}
	a, b, c := d.tokens[i].key, d.tokens[i+1].key, d.tokens[j].key
	year := func(s string) bool { return len(s) == 4 && (s[:2] == "19" || s[:2] == "20") }
	small := func(s string) bool { return len(s) <= 2 && number(s) <= 31 }
	return year(a) && small(b) && small(c) || small(a) && small(b) && (year(c) || len(c) == 2)
}
