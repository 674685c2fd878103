package sentiment

import (
	"math"
	"unicode"
)

// formColumns are those of the form, behind the columns of the lexicon: how long
// and how loud a text is. Words and n-grams do not show it, being in lower case
// and weighed by kind; but who is angry or overjoyed writes louder than who is sad
// or content.
const formColumns = 6

// A form counts what can be seen of a text without reading it.
type form struct {
	words, shouted    int // between white space, and those of capitals only, from two on
	letters, capitals int
	exclamations      int // "!"
	stops             int // "."
	stretches         int // runs of an equal character, from three on, as in "sooo" or "!!!"

	last                  rune
	run                   int // of the last character
	inWord                bool
	wordLetters, wordCaps int
}

// formIn counts in texts.
func formIn(texts []string) (f form) {
	for _, s := range texts {
		for _, c := range s {
			f.add(c)
		}
		f.add(' ')
	}
	return f
}

// formOf returns the values of the form columns, each in [0, 1].
func formOf(texts []string) [formColumns]float64 {
	f := formIn(texts)
	return [formColumns]float64{
		grown(f.words, 100), float64(f.capitals) / float64(max(1, f.letters)), grown(f.shouted, 20),
		grown(f.exclamations, 10), grown(f.stops, 20), grown(f.stretches, 5),
	}
}

func (f *form) add(c rune) {
	if unicode.IsSpace(c) {
		f.endWord()
		f.last = c
		return
	}
	f.inWord = true
	if c != f.last {
		f.last, f.run = c, 0
	}
	if f.run++; f.run == 3 {
		f.stretches++
	}
	switch {
	case c == '!':
		f.exclamations++
	case c == '.':
		f.stops++
	case unicode.IsUpper(c):
		f.wordLetters++
		f.wordCaps++
	case unicode.IsLetter(c):
		f.wordLetters++
	}
}

func (f *form) endWord() {
	if f.inWord {
		f.words++
	}
	if f.wordCaps >= 2 && f.wordCaps == f.wordLetters {
		f.shouted++
	}
	f.letters += f.wordLetters
	f.capitals += f.wordCaps
	f.inWord, f.wordLetters, f.wordCaps = false, 0, 0
}

// grown brings a number to [0, 1]: 0 is 0, most and more are 1, and each doubling
// counts the same.
func grown(n, most int) float64 {
	return min(1, math.Log1p(float64(n))/math.Log1p(float64(most)))
}
