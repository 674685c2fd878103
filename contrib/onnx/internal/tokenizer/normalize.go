package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normalizer changes a text before it is split.
type normalizer func(string) string

type normalizerSpec struct {
	Type         string            `json:"type"`
	Normalizers  []*normalizerSpec `json:"normalizers"`
	CleanText    bool              `json:"clean_text"`
	Chinese      bool              `json:"handle_chinese_chars"`
	StripAccents *bool             `json:"strip_accents"`
	Lowercase    bool              `json:"lowercase"`
	Left         bool              `json:"strip_left"`
	Right        bool              `json:"strip_right"`
	Prepend      string            `json:"prepend"`
	Pattern      pattern           `json:"pattern"`
	Content      string            `json:"content"`
	Charsmap     []byte            `json:"precompiled_charsmap"`
}

// pattern is a string, or a regular expression, of which only runs of one character are known.
type pattern struct {
	String string
	Regex  string
}

func (p *pattern) UnmarshalJSON(data []byte) error {
	type plain pattern
	return json.Unmarshal(data, (*plain)(p))
}

func (s *normalizerSpec) compile() (normalizer, error) {
	if s == nil {
		return func(text string) string { return text }, nil
	}
	switch s.Type {
	case "Sequence":
		return s.sequence()
	case "BertNormalizer":
		return s.bert(), nil
	case "Replace":
		return s.replace()
	case "Precompiled":
		return precompiled(s.Charsmap)
	case "Strip":
		return s.strip, nil
	case "Prepend":
		return s.prepend, nil
	}
	if n, ok := plainNormalizers[s.Type]; ok {
		return n, nil
	}
	return nil, fmt.Errorf("normalizer %q is not supported", s.Type)
}

// plainNormalizers take no settings.
var plainNormalizers = map[string]normalizer{
	"NFC":          norm.NFC.String,
	"NFD":          norm.NFD.String,
	"NFKC":         norm.NFKC.String,
	"NFKD":         norm.NFKD.String,
	"Lowercase":    lower,
	"StripAccents": withoutMarks,
}

func (s *normalizerSpec) sequence() (normalizer, error) {
	all := make([]normalizer, len(s.Normalizers))
	for i, n := range s.Normalizers {
		var err error
		if all[i], err = n.compile(); err != nil {
			return nil, err
		}
	}
	return func(text string) string {
		for _, n := range all {
			text = n(text)
		}
		return text
	}, nil
}

func (s *normalizerSpec) strip(text string) string {
	if s.Left {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
	}
	if s.Right {
		text = strings.TrimRightFunc(text, unicode.IsSpace)
	}
	return text
}

func (s *normalizerSpec) prepend(text string) string {
	if text == "" {
		return ""
	}
	return s.Prepend + text
}

func (s *normalizerSpec) replace() (normalizer, error) {
	if s.Pattern.String != "" {
		return func(text string) string { return strings.ReplaceAll(text, s.Pattern.String, s.Content) }, nil
	}
	if s.Pattern.Regex == " {2,}" { // SentencePiece models have no other
		return func(text string) string { return replaceSpaces(text, s.Content) }, nil
	}
	return nil, errors.New("normalizer \"Replace\" with a regular expression is not supported")
}

// replaceSpaces puts content in the place of each run of two or more spaces.
func replaceSpaces(text, content string) string {
	var b strings.Builder
	for text != "" {
		rest := strings.TrimLeft(text, " ")
		switch n := len(text) - len(rest); n {
		case 0, 1:
			b.WriteString(text[:n])
		default:
			b.WriteString(content)
		}
		word, _, _ := strings.Cut(rest, " ")
		b.WriteString(word)
		text = rest[len(word):]
	}
	return b.String()
}

// bert is what BERT does: control characters away, blanks around Chinese characters, accents away, lower case.
func (s *normalizerSpec) bert() normalizer {
	accents := s.Lowercase
	if s.StripAccents != nil {
		accents = *s.StripAccents
	}
	return func(text string) string {
		if s.CleanText {
			text = clean(text)
		}
		if s.Chinese {
			text = apart(text)
		}
		if accents {
			text = withoutMarks(norm.NFD.String(text))
		}
		if s.Lowercase {
			text = lower(text)
		}
		return text
	}
}

func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, text)
}

// apart puts blanks around Chinese characters.
func apart(text string) string {
	var b strings.Builder
	for _, r := range text {
		if chinese(r) {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// chinese is BERT's own list of blocks.
func chinese(r rune) bool {
	for _, block := range [...][2]rune{
		{0x4E00, 0x9FFF}, {0x3400, 0x4DBF}, {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F},
		{0x2B740, 0x2B81F}, {0x2B920, 0x2CEAF}, {0xF900, 0xFAFF}, {0x2F800, 0x2FA1F},
	} {
		if r >= block[0] && r <= block[1] {
			return true
		}
	}
	return false
}

func withoutMarks(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, text)
}

// lower is the lower case of each character by itself, as Rust has it: of the capital I with a dot it is two characters.
func lower(text string) string {
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r == 'İ' {
			return r
		}
		return unicode.ToLower(r)
	}, text), "İ", "i\u0307")
}
