package pii_test

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/llm/pii"
)

func newScanner(t testing.TB, opts *pii.Options) *pii.Scanner {
	t.Helper()
	s, err := pii.New(opts)
	require.NoError(t, err)
	return s
}

// scan returns the findings as "kind:text".
func scan(s *pii.Scanner, text string, terms ...pii.Term) []string {
	found := []string{}
	for _, f := range s.Scan(text, terms...) {
		found = append(found, string(f.Kind)+":"+text[f.Start:f.End])
	}
	return found
}

// sound fails unless findings are in bounds, in order, apart and on rune boundaries.
func sound(t testing.TB, text string, findings []pii.Finding) {
	t.Helper()
	last := 0
	for _, f := range findings {
		require.GreaterOrEqual(t, f.Start, last)
		require.Greater(t, f.End, f.Start)
		require.LessOrEqual(t, f.End, len(text))
		if utf8.ValidString(text) {
			require.True(t, f.End == len(text) || utf8.RuneStart(text[f.End]))
			require.True(t, utf8.RuneStart(text[f.Start]))
		}
		require.True(t, f.Score >= 0.5 && f.Score <= 1)
		require.NotEmpty(t, f.Kind)
		require.NotEmpty(t, f.Recogniser)
		last = f.End
	}
}

func TestScan(t *testing.T) {
	s := newScanner(t, nil)
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"How do I open my card statement?", nil},
		{"write to anna.berg+shop@example.co.uk.", []string{"email:anna.berg+shop@example.co.uk"}},
		{"Mail: jürgen@müller.example", []string{"email:jürgen@müller.example"}},
		{"用户@例子.公司", []string{"email:用户@例子.公司"}},
		{"邮箱anna@example.com谢谢", []string{"email:anna@example.com"}},
		{"anna at example dot com", []string{"email:anna at example dot com"}},
		{"look at this dot", nil},
		{"not@domain and @handle", nil},
		{"card 4111 1111 1111 1111", []string{"card:4111 1111 1111 1111"}},
		{"card ４１１１－１１１１－１１１１－１１１１!", []string{"card:４１１１－１１１１－１１１１－１１１１"}},
		{"card 4111 1111 1111 1112", nil},
		{"IBAN DE89 3704 0044 0532 0130 00 please", []string{"iban:DE89 3704 0044 0532 0130 00"}},
		{"my iban is gb82west12345698765432", []string{"iban:gb82west12345698765432"}},
		{"IBAN DE88 3704 0044 0532 0130 00", nil},
		{"call +49 (0)30 901820 today", []string{"phone:+49 (0)30 901820"}},
		{"(415) 555-2671", []string{"phone:(415) 555-2671"}},
		{"my number is 415-555-2671 x12.", []string{"phone:415-555-2671 x12"}},
		{"mein Handy: 0171 2345678", []string{"phone:0171 2345678"}},
		{"tél. 06 12 34 56 78", []string{"phone:06 12 34 56 78"}},
		{"我的手机号码是13812345678，谢谢", []string{"phone:13812345678"}},
		{"order 4155552671 of 2024-05-31 cost 1,299.00, 3 x 250", nil},
		{"my order number is 0171 2345678", nil},
		{"from 192.168.1.254 or 2001:db8::8a2e:370:7334 at 12:30:45", []string{"ip:192.168.1.254", "ip:2001:db8::8a2e:370:7334"}},
		{"version 1.2.3.4 and 256.1.1.1", nil},
		{"MAC 00:1B:44:11:3a:b7", []string{"mac:00:1B:44:11:3a:b7"}},
		{"https://shop.example/orders?token=abc, thanks", []string{"private_url:https://shop.example/orders?token=abc"}},
		{"https://shop.example/shoes", nil},
	} {
		assert.ElementsMatch(t, c.want, scan(s, c.text), c.text)
		sound(t, c.text, s.Scan(c.text))
	}
}

func TestTerms(t *testing.T) {
	s := newScanner(t, nil)
	terms := []pii.Term{
		{Kind: pii.Name, Value: "Zoë Müller-Lüdenscheidt"}, {Kind: pii.Address, Value: "12 Rue de l'Église"},
		{Kind: pii.CustomerID, Value: "C 1234-5678"}, {Kind: pii.Name, Value: "王小明"}, {Kind: pii.Name, Value: "X"},
	}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"I am ZOE MULLER LUDENSCHEIDT.", []string{"name:ZOE MULLER LUDENSCHEIDT"}},
		{"Zoë here", []string{"name:Zoë"}},
		{"zoes and zoe are lower case, Zoes is another word", nil},
		{"at 12, rue de l’eglise", []string{"address:12, rue de l’eglise"}},
		{"number c12345678", []string{"customer_id:c12345678"}},
		{"number c123456789", nil},
		{"我叫王小明，你好", []string{"name:王小明"}},
		{"X marks the spot", nil},
	} {
		assert.ElementsMatch(t, c.want, scan(s, c.text, terms...), c.text)
	}
}

func TestPatterns(t *testing.T) {
	s := newScanner(t, &pii.Options{Patterns: []pii.Pattern{
		{Kind: pii.OrderID, Expression: `\bA-\d{6}\b`},
		{Kind: "loyalty", Expression: `\b\d{8}\b`, Words: []string{"Bonus"}},
	}})
	require.Equal(t, []string{"order_id:A-123456", "loyalty:12345678"}, scan(s, "order A-123456, bonus card 12345678"))
	require.Empty(t, scan(s, "A-1234567 and 12345678"))
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		opts    pii.Options
		problem string
	}{
		"a kind that only the host can find": {pii.Options{Kinds: []pii.Kind{pii.OrderID}}, `no recogniser for kind "order_id"`},
		"a score above one":                  {pii.Options{MinScore: 1.1}, "MinScore 1.1"},
		"a negative score":                   {pii.Options{MinScore: -1}, "MinScore -1"},
		"a country in small letters":         {pii.Options{Countries: []string{"de"}}, `country "de"`},
		"an expression that does not parse":  {pii.Options{Patterns: []pii.Pattern{{Kind: "x", Expression: "("}}}, "pattern 0"},
		"an expression that matches nothing": {pii.Options{Patterns: []pii.Pattern{{Kind: "x", Expression: "a*"}}}, "empty text"},
		"a pattern without kind":             {pii.Options{Patterns: []pii.Pattern{{Expression: "a"}}}, "no kind"},
		"a pattern's score":                  {pii.Options{Patterns: []pii.Pattern{{Kind: "x", Expression: "a", Score: 2}}}, "score 2"},
	} {
		_, err := pii.New(&c.opts)
		require.ErrorContains(t, err, c.problem, name)
	}
}

// TestHostileText scans 64 KB of what makes scanners slow: mostly in 50 ms. Quadratic time would take minutes for each,
// which the time limit of go test ends.
func TestHostileText(t *testing.T) {
	s := newScanner(t, &pii.Options{Kinds: pii.All(), MinScore: 0.01})
	for _, piece := range []string{
		"a@", "1 ", "1-", "1.", "+1(", "12 Main St, ", "a.b.", "http://a@", ":", "::1", "a1 ", "DE89 ", "Mr. A ", "Dear ", "at a dot com ", "1", "a", "王", "\n", "St ", "\xff", "１", "é", "4111 1111 ",
		"name is ", "00:", "Apt ", "PO Box ", "DE", "born 1.1.2000 ", "A ", "A-", "1 A ", "Box 1 ", "corner of ", "12, rue ", "de ", "ring", "路1号", "St. ", "A\n", "1\n", "+1 ", "1x1 ", "passport 1 ", " ", ".", "\n ", "(", "0x0 ", "the ",
	} {
		text := strings.Repeat(piece, 1<<16/len(piece))
		sound1(t, text, s.Scan(text))
	}
}

func sound1(t testing.TB, text string, findings []pii.Finding) {
	last := 0
	for _, f := range findings {
		if f.Start < last || f.End <= f.Start || f.End > len(text) {
			t.Fatalf("unsound finding %+v", f)
		}
		last = f.End
	}
}

func TestScanIsConcurrent(t *testing.T) {
	s := newScanner(t, &pii.Options{Patterns: []pii.Pattern{{Kind: pii.OrderID, Expression: `A-\d{6}`}}})
	want := s.Scan(letter, pii.Term{Kind: pii.Name, Value: "Anna Berg"})
	require.Len(t, want, 7)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				assert.Equal(t, want, s.Scan(letter, pii.Term{Kind: pii.Name, Value: "Anna Berg"}))
			}
		})
	}
	wg.Wait()
}

func FuzzScan(f *testing.F) {
	for _, text := range []string{"Anna, card 4111 1111 1111 1111, +49 30 901820", "ａ＠ｂ.ｃｏ", "\xff1.2.3.4\u00ad", "12 Main St\nApt. 4\nLondon SW1A 1AA", "born 1.2.1990", "İ@İ.İİ", "王小明 110101199003074514"} {
		f.Add(text, "Anna")
	}
	s := newScanner(f, &pii.Options{Kinds: pii.All(), Patterns: []pii.Pattern{{Kind: pii.OrderID, Expression: `[A-Z]-?\d+`}}})
	f.Fuzz(func(t *testing.T, text, term string) {
		sound(t, text, s.Scan(text, pii.Term{Kind: pii.Name, Value: term}))
	})
}
