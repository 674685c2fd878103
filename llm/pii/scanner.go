package pii

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Finding is personal data in a text.
type Finding struct {
	Kind       Kind
	Start, End int     // bytes of the text, on rune boundaries, End exclusive
	Score      float64 // in (0, 1]: how much speaks for it. No probability: see "Scores" in the package's comment.
	Recogniser string  // what found it, such as "card" or "national_id/nl" or "term"
}

// Options say what is looked for.
type Options struct {
	// Kinds are in scope. Default: Default(). Kinds of Patterns and Terms are always in scope.
	Kinds []Kind

	// MinScore is the least score of a finding, in [0, 1]. Default: 0.5.
	MinScore float64

	// Patterns are the host's own shapes, such as those of its order numbers.
	Patterns []Pattern

	// Countries are those whose national numbers, licences and postcodes are looked for, as two capital letters of ISO
	// 3166-1. Fewer countries mean fewer false alarms. Default: all that are known.
	Countries []string
}

// A Pattern is a shape of the host's own.
type Pattern struct {
	Kind       Kind
	Expression string // RE2 of package regexp; it sees full-width digits, odd dashes and odd spaces as plain ones

	// Words, of which one must stand in the ten words before the match or the three after it, in any case. Default: none
	// is needed.
	Words []string

	Score float64 // in (0, 1]. Default: 0.9.
}

// A Scanner finds personal data. It may be used by several goroutines at once.
type Scanner struct {
	kinds     map[Kind]bool
	min       float64
	countries map[string]bool // nil: all
	patterns  []pattern
	shapes    map[string][]*rule // numbers by their grouping
}

type pattern struct {
	Pattern
	expression *regexp.Regexp
	words      map[string]bool
}

// New returns a Scanner. It fails on a kind or country that is unknown, a score out of range and an expression that
// does not compile.
func New(opts *Options) (*Scanner, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if len(o.Kinds) == 0 {
		o.Kinds = Default()
	}
	s := &Scanner{kinds: map[Kind]bool{}, min: cmp.Or(o.MinScore, 0.5)}
	if !(s.min > 0 && s.min <= 1) {
		return nil, fmt.Errorf("pii: MinScore %v is not in [0, 1]", o.MinScore)
	}
	for _, k := range o.Kinds {
		if !slices.Contains(All(), k) {
			return nil, fmt.Errorf("pii: no recogniser for kind %q", k)
		}
		s.kinds[k] = true
	}
	if err := s.restrict(o.Countries); err != nil {
		return nil, err
	}
	if err := s.compile(o.Patterns); err != nil {
		return nil, err
	}
	s.shapes = shapesOf(s)
	return s, nil
}

func (s *Scanner) restrict(countries []string) error {
	for _, c := range countries {
		if _, ok := ibanLengths[c]; !ok && !slices.Contains(otherCountries, c) {
			return fmt.Errorf("pii: no rules for country %q", c)
		}
		if s.countries == nil {
			s.countries = map[string]bool{}
		}
		s.countries[c] = true
	}
	return nil
}

// otherCountries are those with rules of their own and without an IBAN.
var otherCountries = []string{"AU", "CA", "CN", "ID", "IN", "JP", "KR", "MX", "NZ", "SG", "US", "ZA"}

func (s *Scanner) covers(country string) bool { return s.countries == nil || s.countries[country] }

func (s *Scanner) compile(patterns []Pattern) error {
	for i, p := range patterns {
		p.Score = cmp.Or(p.Score, 0.9)
		expression, err := regexp.Compile(p.Expression)
		switch {
		case err != nil:
			return fmt.Errorf("pii: pattern %d: %w", i, err)
		case p.Kind == "":
			return fmt.Errorf("pii: pattern %d has no kind", i)
		case !(p.Score > 0 && p.Score <= 1):
			return fmt.Errorf("pii: pattern %d: score %v is not in (0, 1]", i, p.Score)
		case expression.MatchString(""):
			return fmt.Errorf("pii: pattern %d matches the empty text", i)
		}
		words := map[string]bool{}
		for _, w := range p.Words {
			words[plain(w)] = true
		}
		s.patterns = append(s.patterns, pattern{p, expression, words})
	}
	return nil
}

// Scan returns the findings of a text, sorted and without overlaps. Terms are personal data that the host knows of the
// one who writes; they win over what was recognised in the same place, but not over something longer that holds them.
// Scan takes time linear in the length of the text: about 5 MB a second on one core, and 1.5 MB for the worst texts that
// are known (BenchmarkScan). Text that is not UTF-8 is read byte by byte.
func (s *Scanner) Scan(text string, terms ...Term) []Finding {
	v := newView(text)
	d := &draft{scanner: s, view: v}
	for _, find := range recognisers {
		find(d)
	}
	d.matchPatterns()
	d.matchTerms(terms)
	found := d.settle()
	for i := range found {
		found[i].Start, found[i].End = v.original(found[i].Start, found[i].End)
	}
	return found
}

// recognisers read the view and add what they find to the draft.
var recognisers = []func(*draft){
	findEmails, findURLs, findIPs, findMACs, findNumbers, findIBANs, findPhones, findBICs, findWallets,
	findDocuments, findDates, findPostcodes, findNames, findAddresses, findSignAddresses,
}

// draft gathers candidates, with offsets in the view.
type draft struct {
	*view
	scanner    *Scanner
	candidates []candidate
}

type candidate struct {
	Finding
	rank int // lower ones come first, whatever their scores
}

func (d *draft) wants(k Kind) bool { return d.scanner.kinds[k] }

// add adds a candidate if its kind is in scope and its score suffices.
func (d *draft) add(k Kind, start, end int, score float64, recogniser string) {
	if d.wants(k) && score >= d.scanner.min {
		d.force(k, start, end, score, recogniser)
	}
}

func (d *draft) force(k Kind, start, end int, score float64, recogniser string) {
	d.candidates = append(d.candidates, candidate{Finding{k, start, end, min(score, 1), recogniser}, rankOf(k, recogniser)})
}

// rankOf puts first what would be left in pieces by a known name within it, and last what is often a part of something
// else.
func rankOf(k Kind, recogniser string) int {
	switch {
	case k == Email || k == PrivateURL:
		return 0
	case recogniser == "term":
		return 1
	case k == Postcode || k == Name || k == Date || k == DateOfBirth:
		return 2
	}
	return 1
}

func (d *draft) matchPatterns() {
	for i := range d.scanner.patterns {
		p := &d.scanner.patterns[i]
		for _, at := range p.expression.FindAllStringIndex(d.text, -1) {
			if p.Score >= d.scanner.min && at[0] < at[1] && (len(p.words) == 0 || d.near(at[0], at[1], p.words)) {
				d.force(p.Kind, at[0], at[1], p.Score, "pattern")
			}
		}
	}
}

// near reports whether one of the words stands near a match.
func (d *draft) near(start, end int, words map[string]bool) bool {
	first, last := d.tokenAt(start), d.tokenAt(end)
	for i := max(0, first-10); i < min(len(d.tokens), last+3); i++ {
		if words[d.tokens[i].key] {
			return true
		}
	}
	return false
}

// yieldTerms puts terms last that stand within something longer: a postcode that is also a part of a card's number would
// leave the rest of the number, which is whole or nothing.
func (d *draft) yieldTerms() {
	slices.SortStableFunc(d.candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	var far Finding // what reaches farthest of all that is whole or nothing
	for i := range d.candidates {
		c := &d.candidates[i]
		switch {
		case c.Recogniser != "term":
			if c.End > far.End && c.Kind != Address && c.Kind != Name {
				far = c.Finding
			}
		case c.End < far.End || c.End == far.End && c.Start > far.Start:
			c.rank = 3
		}
	}
}

// settle chooses among candidates that overlap: by rank, then the one with the higher score, then the longer one, then
// the first.
// What an address or a name has left beside a better one stays.
func (d *draft) settle() []Finding {
	d.yieldTerms()
	slices.SortStableFunc(d.candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.Score, a.Score), cmp.Compare(b.End-b.Start, a.End-a.Start),
			cmp.Compare(a.Start, b.Start), strings.Compare(string(a.Kind), string(b.Kind)))
	})
	taken := make([]bool, len(d.text))
	var found []Finding
	for _, c := range d.candidates {
		for _, f := range d.rest(c.Finding, taken) {
			for i := f.Start; i < f.End; i++ {
				taken[i] = true
			}
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return cmp.Compare(a.Start, b.Start) })
	return found
}

// rest returns the parts of a finding that are not taken. All kinds but Address and Name are whole or nothing.
func (d *draft) rest(f Finding, taken []bool) []Finding {
	var parts []Finding
	for i := f.Start; i < f.End; i++ {
		if taken[i] {
			continue
		}
		if n := len(parts); n > 0 && parts[n-1].End == i {
			parts[n-1].End = i + 1
			continue
		}
		part := f
		part.Start, part.End = i, i+1
		parts = append(parts, part)
	}
	if len(parts) == 1 && parts[0] == f {
		return parts
	}
	if f.Kind != Address && f.Kind != Name {
		return nil
	}
	kept := parts[:0]
	for _, p := range parts {
		if p.Start, p.End = d.trim(p.Start, p.End); p.End-p.Start > 1 {
			kept = append(kept, p)
		}
	}
	return kept
}

// trim cuts what is neither letter nor digit from both ends.
func (d *draft) trim(start, end int) (int, int) {
	first, last := d.tokenAt(start), d.tokenAt(end)
	if first >= last {
		return start, start
	}
	return max(start, d.tokens[first].start), min(end, d.tokens[last-1].end)
}
