package pii

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names without a record are found only where something announces them: a title, a greeting, "my name is", a field
// "Name:" or the close of a letter.
var (
	titles = set("mr mrs ms miss mx dr prof professor sir herr herrn frau fr monsieur madame mme mlle m sr sra srta senor senora senorita don dona signor signora signore sig dott " +
		"dottor dottoressa senhor senhora dhr mevr meneer mevrouw bapak ibu pak bu fru")
	greetings = set("dear hi hello hey hallo liebe lieber sehr bonjour salut cher chere hola estimado estimada querido querida ciao caro cara gentile ola prezado prezada caro beste geachte halo hej moi szia witaj drogi droga")
	particles = set("z u nad pod ve na de del della di da do dos das du des la le les van von der den dem zu zur zum ten ter y e af av bin ibn al el of the")
	// notNames follow a greeting or an introduction and are nobody.
	notNames = set("there all team everyone everybody guys folks sir madam customer support service friend friends again dear sirs zusammen leute damen herren team kundenservice tous todos tutti a i we you " +
		"the my this that not here just very so happy sorry glad sure from in on at good great morning evening afternoon colleagues hiring manager whom")
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// introductions come before a name; those of the second list need a name of two words, since they introduce much else.
var introductions = keysOf("my name is|my full name is|name is|his name is|her name is|call me|i am called|signed by|on behalf of|ich heisse|mein name ist|je m appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome e|" +
	"meu nome e|chamo me|me chamo|ik heet|mijn naam is|nama saya|saya bernama|mam na imie|nazywam sie|jag heter|mitt namn ar|jeg hedder|jeg heter|mit navn er|nimeni on|меня зовут|我叫|我是|我的名字是|我的名字叫|maiden name is")

var weakIntroductions = keysOf("i am|i m|this is|ich bin|je suis|soy|sono|sou|ik ben|hier ist|ici|speaking with|spoke to|attn")

// fields are labels in front of a colon.
var fields = keysOf("name|name on card|cardholder|cardholder name|full name|first name|last name|surname|given name|customer name|account holder|recipient|ship to|bill to|contact|vorname|nachname|nom|prenom|nombre|apellido|apellidos|nome|cognome|sobrenome|naam|voornaam|achternaam|nama|姓名|名字|收件人|收货人|氏名|이름|성명")

// closings stand on the line above a name.
var closings = keysOf("regards|kind regards|best regards|best|cheers|sincerely|yours sincerely|yours faithfully|thanks|thank you|many thanks|mit freundlichen grussen|viele grusse|liebe grusse|beste grusse|mfg|lg|cordialement|bien cordialement|salutations|saludos|un saludo|" +
	"atentamente|cordiali saluti|distinti saluti|saluti|atenciosamente|cumprimentos|met vriendelijke groet|groeten|salam|terima kasih|pozdrawiam|med vanliga halsningar|mvh")

// keysOf returns phrases as lists of tokens, by their last one.
func keysOf(all string) map[string][][]string {
	m := map[string][][]string{}
	for p := range strings.SplitSeq(all, "|") {
		v := &view{text: p}
		v.split()
		var keys []string
		for _, t := range v.tokens {
			keys = append(keys, t.key)
		}
		last := keys[len(keys)-1]
		m[last] = append(m[last], keys)
	}
	return m
}

// endsHere returns the first token of the longest phrase that ends with token i, or -1.
func (v *view) endsHere(phrases map[string][][]string, i int) int {
	longest := 0
	for _, keys := range phrases[v.tokens[i].key] {
		if first := i + 1 - len(keys); first >= 0 && len(keys) > longest && v.follows(first, keys) {
			longest = len(keys)
		}
	}
	if longest == 0 {
		return -1
	}
	return i + 1 - longest
}

func findNames(d *draft) {
	if !d.wants(Name) {
		return
	}
	for i := 0; i+1 < len(d.tokens); i++ {
		gap := d.text[d.tokens[i].end:d.tokens[i+1].start]
		if strings.TrimSpace(gap) == ":" && d.endsHere(fields, i) >= 0 {
			d.addName(i+1, i+1, 1, 0.75, "name/field")
		} else if !strings.Contains(gap, "\n") {
			d.nameBehind(i, gap)
		} else if first := d.endsHere(closings, i); first >= 0 && strings.Trim(gap, " ,.!-\r\n>") == "" && d.linestart(first) {
			d.signed(i + 1)
		}
	}
}

// nameBehind adds the name behind a title, a greeting or an introduction that ends with token i.
func (d *draft) nameBehind(i int, gap string) {
	key := d.tokens[i].key
	if titles[key] && isWord(gap, " ", ". ", ".") && d.announces(i) {
		d.addName(i, i+1, 1, 0.8, "name/title")
	}
	if greetings[key] && isWord(gap, " ", ", ") {
		d.greeted(i + 1)
	}
	if isWord(gap, " ", ": ", "") && d.endsHere(introductions, i) >= 0 {
		d.addName(i+1, i+1, 1, 0.75, "name/introduction")
	}
	if gap == " " && d.endsHere(weakIntroductions, i) >= 0 && !d.shouted(i+1) {
		d.introduced(i + 1)
	}
}

// announces reports whether a title is written as one: "Mr." or "Mr", but not "DR SUPREME", nor an M without its dot.
func (d *draft) announces(i int) bool {
	dotted := d.byteAfter(d.tokens[i].end) == '.'
	if len(d.tokens[i].key) == 1 || !d.capital(i) {
		return dotted && d.capital(i)
	}
	return dotted || !d.shouted(i)
}

// shouted reports two words in capitals only.
func (d *draft) shouted(i int) bool {
	return i+1 < len(d.tokens) && d.word(i) == strings.ToUpper(d.word(i)) && d.word(i+1) == strings.ToUpper(d.word(i+1))
}

// introduced adds two capitalised words or more that end a clause, or that "from", "here" or "and" follows.
func (d *draft) introduced(i int) {
	last := d.nameEnd(i)
	if last <= i || d.tokens[i+1].gap != space || !d.closes(last) && !isWord(d.keyAt(last+1), "from", "here", "and", "von", "aus", "de", "da", "du") {
		return
	}
	d.addName(i, i, 2, 0.55, "name/introduction")
}

// greeted adds the name behind a greeting, if a comma, a mark or the end of the line follows it.
func (d *draft) greeted(i int) {
	last := d.nameEnd(i)
	if last < i || last-i > 3 || notNames[d.tokens[i].key] || titles[d.tokens[i].key] {
		return
	}
	if rest := d.text[d.tokens[last].end:]; rest == "" || strings.IndexByte(",!.\n:?", rest[0]) >= 0 {
		d.add(Name, d.tokens[i].start, d.tokens[last].end, 0.65, "name/greeting")
	}
}

// signed adds the name that stands alone on the line below the close of a letter.
func (d *draft) signed(i int) {
	last := d.nameEnd(i)
	if last < i || last-i > 4 || notNames[d.tokens[i].key] {
		return
	}
	if rest := d.text[d.tokens[last].end:]; strings.TrimRight(rest, " .,") == "" || strings.IndexByte("\n\r,", rest[0]) >= 0 {
		d.add(Name, d.tokens[i].start, d.tokens[last].end, 0.65, "name/signature")
	}
}

func (d *draft) linestart(i int) bool {
	return i == 0 || strings.Contains(d.text[d.tokens[i-1].end:d.tokens[i].start], "\n") || strings.ContainsAny(d.text[d.tokens[i-1].end:d.tokens[i].start], ".!?")
}

// addName adds a name that begins at token i and has at least so many words; what it announces begins at token start.
func (d *draft) addName(start, i, words int, score float64, recogniser string) {
	if notNames[d.tokens[i].key] {
		return
	}
	if last := d.nameEnd(i); last >= i && last-i+1 >= words {
		d.add(Name, d.tokens[start].start, d.tokens[last].end, score, recogniser)
	}
}

// maxNameWords bounds a name.
const maxNameWords = 6

// nameEnd returns the last token of the capitalised words from token i on, with particles and initials between them, or
// i-1. In scripts without spaces it is two to four characters that end at a mark.
func (d *draft) nameEnd(i int) int {
	if d.tokens[i].class == sign {
		return d.signNameEnd(i)
	}
	last := i - 1
	for j := i; j < min(i+maxNameWords, len(d.tokens)); j++ {
		t := &d.tokens[j]
		if j > i && !d.within(j) || t.class != letters {
			break
		}
		if d.capital(j) {
			if notNames[t.key] && j > i {
				break
			}
			last = j
		} else if !particles[t.key] || j == i && !isWord(t.key, "van", "von", "de", "del", "di", "da", "al", "el") {
			break
		}
	}
	if last > i && d.word(last) == "s" { // of a possessive
		last--
	}
	return last
}

func (d *draft) signNameEnd(i int) int {
	j := i
	for j < len(d.tokens) && j-i < 5 && d.tokens[j].class == sign && (j == i || d.tokens[j].gap == none) {
		j++
	}
	if n := j - i; n < 2 || n > 4 {
		return i - 1
	}
	return j - 1
}

// within reports whether a token goes on with the name or street before it.
func (d *draft) within(j int) bool {
	switch between := d.text[d.tokens[j-1].end:d.tokens[j].start]; between {
	case " ", "-", "'", ".", "  ":
		return true
	case ". ":
		return d.abbreviated(j - 1)
	default:
		return false
	}
}

// abbreviated reports whether a full stop behind a token marks an abbreviation rather than the end of a sentence.
func (d *draft) abbreviated(i int) bool {
	k := d.tokens[i].key
	return utf8.RuneCountInString(k) == 1 || len(k) <= 4 && (streetBefore[k] || streetBehind[k] || titles[k]) || abbreviations[k]
}

var abbreviations = set("st sta sto ste ft mt gen dr prof rev hon jr cap col maj lt sgt gral pte pres cnel nossa sra sr dna inz mons san")

// capital reports whether a token begins with a capital.
func (d *draft) capital(i int) bool {
	r, _ := utf8.DecodeRuneInString(d.text[d.tokens[i].start:])
	return unicode.IsUpper(r)
}
