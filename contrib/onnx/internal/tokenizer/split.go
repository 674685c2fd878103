package tokenizer

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitter cuts a normalised text into the words that the model sees.
type splitter func(text string) []string

type splitterSpec struct {
	Type          string          `json:"type"`
	PreTokenizers []*splitterSpec `json:"pretokenizers"`
	AddPrefix     bool            `json:"add_prefix_space"`
	UseRegex      *bool           `json:"use_regex"`
	Individual    bool            `json:"individual_digits"`
	Replacement   string          `json:"replacement"`
	PrependScheme string          `json:"prepend_scheme"`
	Split         *bool           `json:"split"`
}

func (s *splitterSpec) compile() (splitter, error) {
	if s == nil {
		return whole, nil
	}
	switch s.Type {
	case "Sequence":
		return s.sequence()
	case "BertPreTokenizer":
		return bertWords, nil
	case "Whitespace":
		return wordsAndSigns, nil
	case "WhitespaceSplit":
		return strings.Fields, nil
	case "Digits":
		return s.digits, nil
	case "ByteLevel":
		return s.byteLevel, nil
	case "Metaspace":
		return s.metaspace()
	}
	return nil, fmt.Errorf("pre-tokenizer %q is not supported", s.Type)
}

func whole(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func (s *splitterSpec) sequence() (splitter, error) {
	all := make([]splitter, len(s.PreTokenizers))
	for i, p := range s.PreTokenizers {
		var err error
		if all[i], err = p.compile(); err != nil {
			return nil, err
		}
	}
	return func(text string) []string {
		words := whole(text)
		for _, split := range all {
			var next []string
			for _, w := range words {
				next = append(next, split(w)...)
			}
			words = next
		}
		return words
	}, nil
}

// runs cuts a text wherever the class changes or is alone; characters of class drop are left out.
func runs(text string, class func(rune) int) []string {
	var words []string
	start, last := 0, drop
	for i, r := range text {
		c := class(r)
		if c == last && c != alone {
			continue
		}
		if last != drop {
			words = append(words, text[start:i])
		}
		start, last = i, c
	}
	if last != drop && start < len(text) {
		words = append(words, text[start:])
	}
	return words
}

const (
	drop = iota
	alone
	letters
	signs
)

func bertWords(text string) []string {
	return runs(text, func(r rune) int {
		switch {
		case unicode.IsSpace(r):
			return drop
		case punctuation(r):
			return alone
		}
		return letters
	})
}

// punctuation is what BERT takes for it: the signs of ASCII too.
func punctuation(r rune) bool {
	return r < utf8.RuneSelf && r > ' ' && r != 0x7F && !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.IsPunct(r)
}

// wordsAndSigns is \w+|[^\w\s]+.
func wordsAndSigns(text string) []string {
	return runs(text, func(r rune) int {
		switch {
		case unicode.IsSpace(r):
			return drop
		case wordRune(r):
			return letters
		}
		return signs
	})
}

// wordRune is \w of Unicode's regular expressions, UTS 18, annex C.
func wordRune(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc, unicode.Other_Alphabetic, unicode.Join_Control)
}

func (s *splitterSpec) digits(text string) []string {
	return runs(text, func(r rune) int {
		switch {
		case !unicode.IsNumber(r):
			return letters
		case s.Individual:
			return alone
		}
		return signs
	})
}

// metaspace writes blanks as a sign and cuts before each.
func (s *splitterSpec) metaspace() (splitter, error) {
	sign := s.Replacement
	if utf8.RuneCountInString(sign) != 1 {
		return nil, errors.New("pre-tokenizer \"Metaspace\": its replacement is not one character")
	}
	prefix := s.PrependScheme == "always" || s.PrependScheme == "first" || s.PrependScheme == "" && s.AddPrefix
	if s.PrependScheme == "first" {
		return nil, errors.New("pre-tokenizer \"Metaspace\": prepend_scheme \"first\" is not supported")
	}
	return func(text string) []string {
		text = strings.ReplaceAll(text, " ", sign)
		if prefix && text != "" && !strings.HasPrefix(text, sign) {
			text = sign + text
		}
		if s.Split != nil && !*s.Split {
			return whole(text)
		}
		return before(text, sign)
	}, nil
}

// before cuts a text before each sign.
func before(text, sign string) []string {
	var words []string
	for text != "" {
		from := 0
		if strings.HasPrefix(text, sign) {
			from = len(sign)
		}
		n := strings.Index(text[from:], sign)
		if n < 0 {
			return append(words, text)
		}
		words = append(words, text[:from+n])
		text = text[from+n:]
	}
	return words
}
