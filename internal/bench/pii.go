package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/clmkit/clmkit/llm/pii"
)

// entity is a type of the data and what of ours answers it.
type entity struct {
	name  string
	kinds []pii.Kind
	out   string // why it is out of scope, or ""
}

// entities maps the types of the data to our kinds. In scope is what a check digit, a shape or the words around decide.
// Out is what takes knowledge of names, places and peoples, so a model or the customer's record.
var entities = []entity{
	{"ADDRESS", []pii.Kind{pii.Address, pii.Postcode}, ""},
	{"STREET_ADDRESS", []pii.Kind{pii.Address, pii.Postcode}, ""},
	{"ZIP_CODE", []pii.Kind{pii.Postcode, pii.Address}, ""},
	{"CREDIT_CARD", []pii.Kind{pii.Card}, ""},
	{"DATE_TIME", []pii.Kind{pii.Date, pii.DateOfBirth}, ""},
	{"DOMAIN_NAME", []pii.Kind{pii.URL, pii.PrivateURL}, ""},
	{"EMAIL_ADDRESS", []pii.Kind{pii.Email}, ""},
	{"IBAN_CODE", []pii.Kind{pii.IBAN}, ""},
	{"IP_ADDRESS", []pii.Kind{pii.IP}, ""},
	{"PHONE_NUMBER", []pii.Kind{pii.Phone}, ""},
	{"US_DRIVER_LICENSE", []pii.Kind{pii.DrivingLicence}, ""},
	{"US_SSN", []pii.Kind{pii.NationalID}, ""},
	{"US_PASSPORT", []pii.Kind{pii.Passport}, ""},
	{"US_BANK_NUMBER", []pii.Kind{pii.BankAccount}, ""},
	{"CRYPTO", []pii.Kind{pii.Crypto}, ""},
	{"PERSON", []pii.Kind{pii.Name}, "a name takes the customer's record or a model; found only behind a title or another cue"},
	{"GPE", nil, "a place alone is no address"},
	{"LOCATION", nil, "a place alone is no address"},
	{"ORGANIZATION", nil, "not a person"},
	{"NRP", nil, "takes knowledge of peoples, religions and parties"},
	{"AGE", nil, "a number of years names nobody"},
	{"TITLE", nil, "a profession names nobody"},
}

func entityOf(name string) *entity {
	i := slices.IndexFunc(entities, func(e entity) bool { return e.name == name })
	if i < 0 {
		return &entity{name: name, out: "unknown to this task"}
	}
	return &entities[i]
}

// piiRow is a sentence of the data with offsets in bytes.
type piiRow struct {
	ID, Text, Masked string
	Spans            []struct {
		Type       string
		Start, End int
		Value      string
	}
}

// development reports whether rules may be made by looking at a row. The others are for checking: their figures are
// looked at and nothing else. Rows of one template stay together.
func (r *piiRow) development() bool {
	template := strings.Join(strings.Fields(strings.ToLower(r.Masked)), " ")
	return sha256.Sum256([]byte("clmkit-pii-part|" + template))[0]%2 == 0
}

// detector returns what a method finds in a text. The kind "any" answers every type.
type detector func(text string) []pii.Finding

const anyKind pii.Kind = "any"

type piiTask struct {
	file, control string
	show          int
}

func runPII(ctx context.Context, args []string, emit emitter) error {
	t := &piiTask{}
	set := flag.NewFlagSet("pii", flag.ContinueOnError)
	set.StringVar(&t.file, "data", "", "`file` of sentences with marked personal data: lines of JSON, gzip or not")
	set.StringVar(&t.control, "control", "", "spoil the experiment: \"shuffle\" deals the findings out to other rows")
	set.IntVar(&t.show, "show", 0, "print this many errors of the development part")
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return fmt.Errorf("pii: %w", err)
	}
	switch {
	case set.NArg() > 0:
		return fmt.Errorf("pii: unexpected argument %q", set.Arg(0))
	case t.file == "":
		return errors.New("pii: -data is missing: which file?")
	case t.control != "" && t.control != "shuffle":
		return fmt.Errorf("pii: -control %q is not shuffle", t.control)
	}
	rows, err := readPII(t.file)
	if err != nil {
		return err
	}
	return t.score(ctx, rows, emit)
}

func readPII(file string) ([]piiRow, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("pii: %w", err)
	}
	defer f.Close()
	var r io.Reader = bufio.NewReader(f)
	if magic, _ := r.(*bufio.Reader).Peek(2); string(magic) == "\x1f\x8b" {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, fmt.Errorf("pii: %s: %w", file, err)
		}
	}
	var rows []piiRow
	for dec := json.NewDecoder(r); ; {
		var row piiRow
		if err := dec.Decode(&row); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("pii: %s: row %d: %w", file, len(rows)+1, err)
		}
		if err := row.toBytes(); err != nil {
			return nil, fmt.Errorf("pii: %s: row %d: %w", file, len(rows)+1, err)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("pii: %s holds no rows", file)
	}
	return rows, nil
}

// toBytes turns offsets in code points into offsets in bytes.
func (r *piiRow) toBytes() error {
	var at []int
	for i := range r.Text {
		at = append(at, i)
	}
	at = append(at, len(r.Text))
	for i := range r.Spans {
		s := &r.Spans[i]
		if s.Start < 0 || s.Start > s.End || s.End >= len(at) {
			return fmt.Errorf("span %d is out of the text", i)
		}
		s.Start, s.End = at[s.Start], at[s.End]
		if r.Text[s.Start:s.End] != s.Value {
			return fmt.Errorf("span %d does not hold its value", i)
		}
	}
	return nil
}

// count is what is counted for one type or for all. Tokens are runs of letters and digits.
type count struct {
	gold, right, found, wrong, strict int // tokens; strict is wrong with the towns in addresses
	goldSpans, foundSpans, exactSpans int
	foundExact                        int
}

func (c *count) result(m map[string]any) map[string]any {
	recall, precision := ratio(c.right, c.gold), ratio(c.found-c.wrong, c.found)
	m["gold_tokens"], m["found_tokens"] = c.gold, c.found
	m["recall"], m["precision"], m["f2"] = recall, precision, fBeta(2, precision, recall)
	strict := ratio(c.found-c.wrong, c.found-c.wrong+c.strict)
	m["precision_strict"], m["f2_strict"] = strict, fBeta(2, strict, recall)
	m["exact_recall"], m["exact_precision"] = ratio(c.exactSpans, c.goldSpans), ratio(c.foundExact, c.foundSpans)
	return m
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func fBeta(beta, precision, recall float64) float64 {
	if precision+recall == 0 {
		return 0
	}
	return (1 + beta*beta) * precision * recall / (beta*beta*precision + recall)
}

// tally scores a method on rows, in total and by type.
type tally struct {
	total  count
	byType map[string]*count
	errors []map[string]any
	show   int
}

func (t *tally) of(name string) *count {
	if t.byType[name] == nil {
		t.byType[name] = &count{}
	}
	return t.byType[name]
}

// tokensOf returns the runs of letters and digits of a text.
func tokensOf(text string) [][2]int {
	var tokens [][2]int
	inside := false
	for i, r := range text {
		word := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if word && !inside {
			tokens = append(tokens, [2]int{i, len(text)})
		} else if !word && inside {
			tokens[len(tokens)-1][1] = i
		}
		inside = word
	}
	return tokens
}

// add scores the findings of a row.
func (t *tally) add(row *piiRow, findings []pii.Finding) {
	for i := range findings {
		t.addFinding(row, &findings[i])
	}
	for _, s := range row.Spans {
		t.addSpan(row, s.Type, s.Start, s.End, findings)
	}
}

// answers reports whether a kind is right for a type.
func answers(k pii.Kind, e *entity) bool {
	return k == anyKind && e.out == "" || slices.Contains(e.kinds, k)
}

// addSpan counts what of a marked span was found.
func (t *tally) addSpan(row *piiRow, name string, start, end int, findings []pii.Finding) {
	e, c := entityOf(name), t.of(name)
	var one count
	for _, token := range tokensOf(row.Text[start:end]) {
		one.gold++
		if slices.ContainsFunc(findings, func(f pii.Finding) bool {
			return answers(f.Kind, e) && f.Start < start+token[1] && f.End > start+token[0]
		}) {
			one.right++
		}
	}
	one.goldSpans = 1
	if slices.ContainsFunc(findings, func(f pii.Finding) bool {
		return answers(f.Kind, e) && sameSpan(row.Text, f.Start, f.End, start, end)
	}) {
		one.exactSpans = 1
	}
	c.sum(one)
	if e.out == "" {
		t.total.sum(one)
		if one.right < one.gold {
			t.note(row, "missed", name, start, end)
		}
	}
}

func (c *count) sum(d count) {
	c.gold, c.right, c.found, c.wrong, c.strict = c.gold+d.gold, c.right+d.right, c.found+d.found, c.wrong+d.wrong, c.strict+d.strict
	c.goldSpans, c.exactSpans, c.foundSpans, c.foundExact = c.goldSpans+d.goldSpans, c.exactSpans+d.exactSpans, c.foundSpans+d.foundSpans, c.foundExact+d.foundExact
}

// addFinding counts what of a finding was marked. A town or country that an address covers together with a marked part
// of an address belongs to it and counts neither way; the strict count calls it wrong, as everything else.
func (t *tally) addFinding(row *piiRow, f *pii.Finding) {
	one := countFinding(row, f)
	for i := range entities {
		if e := &entities[i]; slices.Contains(e.kinds, f.Kind) {
			t.of(e.name).sum(one)
		}
	}
	if f.Kind != pii.Name { // what answers no type of the data is a false alarm all the same
		t.total.sum(one)
	}
	if one.wrong > 0 {
		t.note(row, "false", string(f.Kind)+" "+f.Recogniser, f.Start, f.End)
	}
}

func countFinding(row *piiRow, f *pii.Finding) count {
	one := count{foundSpans: 1}
	towns := 0
	for _, token := range tokensOf(row.Text[f.Start:f.End]) {
		switch e := entityAt(row, f.Start+token[0]); {
		case e != nil && answers(f.Kind, e):
			one.found++
		case e != nil && f.Kind == pii.Address && (e.name == "GPE" || e.name == "LOCATION"):
			towns++
		case e != nil && f.Kind == anyKind: // personal, if out of scope
		default:
			one.found++
			one.wrong++
		}
	}
	one.strict = one.wrong + towns
	if one.found == one.wrong { // no part of an address but its town
		one.found, one.wrong = one.found+towns, one.wrong+towns
	}
	for _, s := range row.Spans {
		if answers(f.Kind, entityOf(s.Type)) && sameSpan(row.Text, f.Start, f.End, s.Start, s.End) {
			one.foundExact = 1
		}
	}
	return one
}

// entityAt returns what the data says of an offset, or nil.
func entityAt(row *piiRow, at int) *entity {
	for _, s := range row.Spans {
		if at >= s.Start && at < s.End {
			return entityOf(s.Type)
		}
	}
	return nil
}

// sameSpan reports whether two spans differ in nothing but marks and spaces at their ends.
func sameSpan(text string, start, end, otherStart, otherEnd int) bool {
	a, b := tokensOf(text[start:end]), tokensOf(text[otherStart:otherEnd])
	return len(a) > 0 && len(a) == len(b) && start+a[0][0] == otherStart+b[0][0] && start+a[len(a)-1][1] == otherStart+b[len(b)-1][1]
}

func (t *tally) note(row *piiRow, problem, what string, start, end int) {
	if row.development() && len(t.errors) < t.show {
		t.errors = append(t.errors, map[string]any{"error": problem, "what": what, "span": row.Text[start:end], "text": row.Text})
	}
}

var (
	plainEmail = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`)
	plainCard  = regexp.MustCompile(`\b(?:\d[ -]?){12,18}\d\b`)
	plainWord  = regexp.MustCompile(`[\p{L}\p{N}]+`)
)

// twoExpressions is the baseline of what many redact: e-mail addresses and long numbers.
func twoExpressions(text string) []pii.Finding {
	return append(matches(plainEmail, pii.Email, text), matches(plainCard, pii.Card, text)...)
}

func matches(re *regexp.Regexp, kind pii.Kind, text string) []pii.Finding {
	var found []pii.Finding
	for _, at := range re.FindAllStringIndex(text, -1) {
		found = append(found, pii.Finding{Kind: kind, Start: at[0], End: at[1], Score: 1, Recogniser: "baseline"})
	}
	return found
}

// everything is the baseline that misses little: every word with a capital or a digit. It need not say of what kind.
func everything(text string) []pii.Finding {
	return slices.DeleteFunc(matches(plainWord, anyKind, text), func(f pii.Finding) bool {
		return !strings.ContainsFunc(text[f.Start:f.End], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) })
	})
}

// score prints a line for each type, and one for each method and part.
func (t *piiTask) score(ctx context.Context, rows []piiRow, emit emitter) error {
	scanner, err := pii.New(&pii.Options{Kinds: pii.All()})
	if err != nil {
		return err
	}
	for _, m := range []struct {
		name   string
		detect detector
	}{
		{"e-mail and card expressions", twoExpressions},
		{"every number and capitalised word", everything},
		{"pii.Scanner", func(text string) []pii.Finding { return scanner.Scan(text) }},
	} {
		found, seconds := t.detectAll(rows, m.detect)
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, part := range []string{"development", "checking", "all"} {
			tally := tallyOf(rows, found, part, t.show)
			if m.name == "pii.Scanner" {
				if err := tally.emitTypes(part, emit); err != nil {
					return err
				}
			}
			line := tally.total.result(t.line(m.name, part))
			line["mb_per_second"] = megabytes(rows) / seconds
			if err := emit(line); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *piiTask) line(method, part string) map[string]any {
	m := map[string]any{"task": "pii", "method": method, "part": part, "entity": "TOTAL in scope"}
	if t.control != "" {
		m["control"] = t.control
	}
	return m
}

func (t *piiTask) detectAll(rows []piiRow, detect detector) (found [][]pii.Finding, seconds float64) {
	found = make([][]pii.Finding, len(rows))
	start := time.Now()
	for i := range rows {
		found[i] = detect(rows[i].Text)
	}
	seconds = max(time.Since(start).Seconds(), 1e-9)
	if t.control == "shuffle" {
		order := rand.New(rand.NewPCG(1, 2)).Perm(len(rows))
		dealt := make([][]pii.Finding, len(rows))
		for i, from := range order {
			dealt[i] = slices.DeleteFunc(slices.Clone(found[from]), func(f pii.Finding) bool { return f.End > len(rows[i].Text) })
		}
		found = dealt
	}
	return found, seconds
}

func megabytes(rows []piiRow) float64 {
	n := 0
	for i := range rows {
		n += len(rows[i].Text)
	}
	return float64(n) / 1e6
}

func tallyOf(rows []piiRow, found [][]pii.Finding, part string, show int) *tally {
	t := &tally{byType: map[string]*count{}}
	if part == "development" {
		t.show = show
	}
	for i := range rows {
		if part == "all" || rows[i].development() == (part == "development") {
			t.add(&rows[i], found[i])
		}
	}
	return t
}

// emitTypes prints the types that the rows hold, those in scope first, and the errors that were asked for.
func (t *tally) emitTypes(part string, emit emitter) error {
	var present []*entity
	for name, c := range t.byType {
		if c.gold > 0 {
			present = append(present, entityOf(name))
		}
	}
	slices.SortFunc(present, func(a, b *entity) int {
		return cmp.Or(strings.Compare(min(a.out, "x"), min(b.out, "x")), strings.Compare(a.name, b.name))
	})
	for _, e := range present {
		m := t.of(e.name).result(map[string]any{"task": "pii", "method": "pii.Scanner", "part": part, "entity": e.name, "in_scope": e.out == ""})
		if e.out != "" {
			m["why_out"] = e.out
		}
		if err := emit(m); err != nil {
			return err
		}
	}
	for _, e := range t.errors {
		if err := emit(e); err != nil {
			return err
		}
	}
	return nil
}
