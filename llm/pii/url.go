package pii

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"
)

// genericDomains are common top-level domains without a country (IANA root zone database).
var genericDomains = []string{
	"app", "biz", "blog", "cloud", "club", "com", "dev", "edu", "email", "gov", "info", "int", "live", "media", "mil", "mobi",
	"museum", "name", "net", "news", "online", "org", "page", "pro", "shop", "site", "store", "tech", "website", "wiki", "world", "xyz",
}

// countryDomain reports top-level domains of countries, but for those that are also common endings of file names.
func countryDomain(s string) bool {
	const all = " ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz " +
		"de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp " +
		"ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk " +
		"pm pn pr ps pt pw qa re ro ru rw sa sb sc sd se sg si sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
	return len(s) == 2 && strings.Contains(all, " "+s+" ")
}

const maxURL = 2048

func findURLs(d *draft) {
	if !d.wants(URL) && !d.wants(PrivateURL) {
		return
	}
	for i := 0; i < len(d.tokens); i++ {
		t := &d.tokens[i]
		rest := d.text[t.end:]
		switch {
		case isWord(t.key, "http", "https", "ftp", "ftps", "sftp", "ssh", "ws", "wss", "mailto", "tel") && strings.HasPrefix(rest, "://"):
			i = d.matchURL(i, t.end+3, 0.95)
		case t.key == "www" && strings.HasPrefix(rest, "."):
			i = d.matchURL(i, t.start, 0.95)
		case t.class != sign && strings.HasPrefix(rest, ".") && !isWordByte(d.byteBefore(t.start)):
			i = d.matchBareURL(i)
		}
	}
}

func isWordByte(c byte) bool { return isAlnum(c) || strings.IndexByte("@._-/", c) >= 0 && c != 0 }

// matchURL adds the address that begins at token i and returns its last token.
func (d *draft) matchURL(i, host int, score float64) int {
	end := host
	for end < len(d.text) && end-host < maxURL && d.text[end] > ' ' && strings.IndexByte(`"<>{}|\^`+"`", d.text[end]) < 0 {
		end++
	}
	for end > host && !(end == len(d.text) || utf8.RuneStart(d.text[end])) {
		end--
	}
	end = host + len(trimURL(d.text[host:end]))
	if end <= host {
		return i
	}
	if private(d.text[host:end]) {
		d.add(PrivateURL, d.tokens[i].start, end, max(score, 0.98), "url/private")
	}
	d.add(URL, d.tokens[i].start, end, score, "url")
	return max(i, d.tokenAt(end)-1)
}

// trimURL cuts the marks that end a sentence, and a bracket that was not opened within.
func trimURL(s string) string {
	for {
		cut := strings.TrimRight(s, ".,;:!?'*")
		for _, pair := range []string{"()", "[]"} {
			if strings.HasSuffix(cut, pair[1:]) && !strings.Contains(cut, pair[:1]) {
				cut = cut[:len(cut)-1]
			}
		}
		if cut == s {
			return s
		}
		s = cut
	}
}

// matchBareURL adds a domain without scheme, and the path behind it.
func (d *draft) matchBareURL(i int) int {
	end := d.domainEnd(d.tokens[i].start)
	if end == 0 || d.byteAfter(end) == '@' {
		return i
	}
	name := d.text[d.tokens[i].start:end]
	last := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	switch {
	case slices.Contains(genericDomains, last):
		return d.matchURL(i, d.tokens[i].start, 0.8)
	case countryDomain(last) && (name == strings.ToLower(name) || strings.Count(name, ".") > 1):
		return d.matchURL(i, d.tokens[i].start, 0.6)
	}
	return max(i, d.tokenAt(end)-1)
}

// private reports whether an address without its scheme names a user.
func private(s string) bool {
	host, rest, _ := strings.Cut(s, "/")
	if strings.Contains(host, "@") {
		return true
	}
	path, query, _ := strings.Cut(rest, "?")
	steps := strings.Split(strings.ToLower(path), "/")
	for i, step := range steps {
		if strings.HasPrefix(step, "@") || i+1 < len(steps) && steps[i+1] != "" && isWord(step, "u", "user", "users", "profile", "profiles", "in", "member", "members", "people", "account", "accounts", "customer", "customers") {
			return true
		}
	}
	for parameter := range strings.FieldsFuncSeq(strings.ToLower(query), func(r rune) bool { return r == '&' || r == ';' }) {
		name, value, _ := strings.Cut(parameter, "=")
		if value != "" && isWord(strings.Trim(name, "_-[]"), "email", "mail", "e-mail", "user", "user_id", "userid", "uid", "username", "login", "token", "access_token", "session", "sessionid", "sid", "auth", "key",
			"password", "pwd", "phone", "tel", "mobile", "name", "firstname", "lastname", "first_name", "last_name", "customer", "customer_id", "account", "ssn", "dob", "address") {
			return true
		}
	}
	return false
}

func findIPs(d *draft) {
	if !d.wants(IP) {
		return
	}
	for i := range d.tokens {
		d.matchIPv4(i)
	}
	for i := 0; i < len(d.text); i++ {
		if d.text[i] == ':' {
			i = d.matchIPv6(i)
		}
	}
}

func (d *draft) matchIPv4(i int) {
	if i+3 >= len(d.tokens) || d.tokens[i].class != digits || !d.free(d.tokens[i].start, d.tokens[i+3].end) {
		return
	}
	for j := i; j <= i+3; j++ {
		t := &d.tokens[j]
		if t.class != digits || len(t.key) > 3 || number(t.key) > 255 || j > i && t.gap != dot || len(t.key) > 1 && t.key[0] == '0' {
			return
		}
	}
	score := 0.9
	if c := d.nearest(i, cueVersion|cueNetwork); c&cueVersion != 0 && c&cueNetwork == 0 {
		score = 0.4
	}
	d.add(IP, d.tokens[i].start, d.tokens[i+3].end, score, "ip/v4")
}

// matchIPv6 tries the run of hexadecimal digits, colons and dots around the first colon of it, and returns its end.
func (d *draft) matchIPv6(colon int) int {
	start, run := colon, colon
	for start > 0 && colon-start < 4 && isHex(d.text[start-1]) {
		start--
	}
	for run < len(d.text) && (isHex(d.text[run]) || d.text[run] == ':' || d.text[run] == '.') {
		run++
	}
	end := start + len(trimIP(d.text[start:run]))
	if end-start <= 3 || end-start > 45 || isAlnum(d.byteBefore(start)) || isAlnum(d.byteAfter(end)) {
		return run
	}
	if a, err := netip.ParseAddr(d.text[start:end]); err == nil && a.Is6() {
		d.add(IP, start, end, 0.9, "ip/v6")
	}
	return run
}

// trimIP cuts the marks of the sentence behind an address.
func trimIP(s string) string {
	s = strings.TrimRight(s, ".")
	if strings.HasSuffix(s, ":") && !strings.HasSuffix(s, "::") {
		s = s[:len(s)-1]
	}
	return s
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// findMACs finds six pairs of hexadecimal digits between colons or dashes, and three groups of four between dots.
func findMACs(d *draft) {
	if !d.wants(MAC) {
		return
	}
	for i := range d.tokens {
		for _, form := range []struct {
			groups, digits int
			between        byte
		}{{6, 2, ':'}, {6, 2, '-'}, {3, 4, '.'}} {
			if d.hexGroups(i, form.groups, form.digits, form.between) {
				d.add(MAC, d.tokens[i].start, d.tokens[i+form.groups-1].end, 0.9, "mac")
			}
		}
	}
}

func (d *draft) hexGroups(i, groups, n int, between byte) bool {
	if i+groups > len(d.tokens) {
		return false
	}
	letter := between == ':' // dates and numbers have no letters
	for j := i; j < i+groups; j++ {
		t := &d.tokens[j]
		if len(t.key) != n || j > i && (t.start != d.tokens[j-1].end+1 || d.text[t.start-1] != between) {
			return false
		}
		for k := range n {
			if !isHex(t.key[k]) {
				return false
			}
			letter = letter || !isDigit(t.key[k])
		}
	}
	first, last := &d.tokens[i], &d.tokens[i+groups-1]
	return letter && d.byteBefore(first.start) != between && d.byteAfter(last.end) != between
}
