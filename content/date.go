package content

import (
	"regexp"
	"strconv"
	"time"
)

// The spellings of dates and times of day that are read.
var (
	isoDate   = regexp.MustCompile(`\b(\d{4})-(\d{1,2})-(\d{1,2})\b`)
	plainDate = regexp.MustCompile(`\b(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2})\b|\.|\b)`)
	slashDate = regexp.MustCompile(`\b(\d{4})/(\d{1,2})/(\d{1,2})\b`)
	clock     = regexp.MustCompile(`(?i)\b(\d{1,2})(?:[:.](\d{2}))?[ \x{a0}]?(a\.?m\b\.?|p\.?m\b\.?|uhr\b|o'clock\b)|\b(\d{1,2}):(\d{2})\b`)
)

// sameDay reports whether two moments have the same date, each in its own zone.
func sameDay(a, b time.Time) bool {
	y1, m1, d1 := a.Date()
	y2, m2, d2 := b.Date()
	return y1 == y2 && m1 == m2 && d1 == d2
}

// dates judges dates, weekdays and times of day: they are the offer's end, or stand in the item's text as they are.
func (s *scan) dates() {
	s.namedMonths()
	for _, at := range append(isoDate.FindAllStringSubmatchIndex(s.text, -1), slashDate.FindAllStringSubmatchIndex(s.text, -1)...) {
		s.date(at[0], at[1], s.group(at, 1), s.group(at, 2), s.group(at, 3))
	}
	for _, at := range plainDate.FindAllStringSubmatchIndex(s.text, -1) {
		s.ambiguous(at)
	}
	for _, at := range clock.FindAllStringSubmatchIndex(s.text, -1) {
		s.clock(at)
	}
	s.weekdays()
}

// group is the nth group of a match as a number; 0 when it is empty.
func (s *scan) group(at []int, n int) int {
	if at[2*n] < 0 {
		return 0
	}
	v, _ := strconv.Atoi(s.text[at[2*n]:at[2*n+1]]) // at most four digits
	return v
}

// until is the offer's end, and false when there is none.
func (s *scan) until() (time.Time, bool) {
	if s.brief.Offer == nil || s.brief.Offer.Until.IsZero() {
		return time.Time{}, false
	}
	return s.brief.Offer.Until, true
}

// date judges a date; a year of 0 was not written.
func (s *scan) date(start, end, year, month, day int) {
	if s.claimed(start, end) {
		return
	}
	s.take(start, end)
	until, ok := s.until()
	if year > 0 && year < 100 {
		year += 2000
	}
	if ok && int(until.Month()) == month && until.Day() == day && (year == 0 || year == until.Year()) {
		return
	}
	group, _ := s.about(start)
	for _, i := range group {
		if e, ok := s.sources[i].literal(s.text[start:end]); ok {
			s.support(start, end, e)
			return
		}
	}
	s.find(RuleDeadline, start, end, s.expectedDate())
}

func (s *scan) expectedDate() string {
	if until, ok := s.until(); ok {
		return until.Format("2006-01-02 15:04") + ", the offer's end"
	}
	return "no date"
}

// claimed reports whether another rule has judged the numbers between two offsets, or they are part of a title.
func (s *scan) claimed(start, end int) bool {
	for i, n := range s.numbers {
		if n.start < end && n.end > start && s.taken[i] {
			return true
		}
	}
	return s.mentioned(start)
}

// ambiguous judges a date in figures, which may have the day or the month first. What cannot be a date is left to the
// rule for numbers.
func (s *scan) ambiguous(at []int) {
	a, b, year := s.group(at, 1), s.group(at, 2), s.group(at, 3)
	short := year == 0 && s.text[at[1]-1] != '.' && s.text[at[3]] != '/'
	if short || a == 0 || b == 0 || min(a, b) > 12 || max(a, b) > 31 {
		return
	}
	if until, ok := s.until(); ok && a == int(until.Month()) && b == until.Day() && s.text[at[3]] == '/' {
		s.date(at[0], at[1], year, a, b)
		return
	}
	s.date(at[0], at[1], year, b, a)
}

// namedMonths judges dates with the name of a month before or after the day.
func (s *scan) namedMonths() {
	for i, w := range s.words {
		month := s.lang.months[w.fold]
		if month == 0 {
			continue
		}
		first, day := s.dayBefore(i)
		last := i
		if day == 0 {
			last, day = s.dayAfter(i)
		}
		if day == 0 {
			continue
		}
		year := 0
		if last+1 < len(s.words) && len(s.words[last+1].fold) == 4 && digitAt(s.words[last+1].fold, 0) && s.words[last+1].start-s.words[last].end <= 2 {
			last++
			year, _ = strconv.Atoi(s.words[last].fold) // four digits
		}
		s.date(s.words[first].start, s.words[last].end, year, month, day)
	}
}

// dayBefore returns the day in "24 December", "24th of December" or "24. Dezember" and its word; 0 when there is none.
func (s *scan) dayBefore(i int) (at, day int) {
	for k := i - 1; k >= 0 && k >= i-3; k-- {
		switch f := s.words[k].fold; {
		case digitAt(f, 0) && len(f) <= 2:
			day, _ = strconv.Atoi(f) // two digits
			return k, day
		case f != "of" && f != "st" && f != "nd" && f != "rd" && f != "th":
			return i, 0
		}
	}
	return i, 0
}

// dayAfter returns the day in "December 24" or "Dec. 24th" and its last word; 0 when there is none.
func (s *scan) dayAfter(i int) (at, day int) {
	k := i + 1
	if k < len(s.words) && s.words[k].fold == "the" {
		k++
	}
	if k >= len(s.words) || len(s.words[k].fold) > 2 || !digitAt(s.words[k].fold, 0) || s.words[k].start-s.words[i].end > 6 {
		return i, 0
	}
	day, _ = strconv.Atoi(s.words[k].fold) // two digits
	if k+1 < len(s.words) && set("st nd rd th")[s.words[k+1].fold] && s.words[k+1].start == s.words[k].end {
		k++
	}
	return k, day
}

// clock judges a time of day: only the offer's end has one.
func (s *scan) clock(at []int) {
	if s.claimed(at[0], at[1]) {
		return
	}
	s.take(at[0], at[1])
	hour, minute := s.group(at, 1), s.group(at, 2)
	if at[8] >= 0 {
		hour, minute = s.group(at, 4), s.group(at, 5)
	}
	if at[6] >= 0 {
		switch s.text[at[6]] {
		case 'p', 'P':
			hour = hour%12 + 12
		case 'a', 'A':
			hour %= 12
		}
	}
	if until, ok := s.until(); ok && until.Hour() == hour && until.Minute() == minute {
		return
	}
	s.find(RuleDeadline, at[0], at[1], s.expectedDate())
}

// weekdays judges weekdays, "today" and "tomorrow" where they say when something ends.
func (s *scan) weekdays() {
	for i, w := range s.words {
		day, isDay := s.lang.weekdays[w.fold]
		if !isDay && !s.lang.today[w.fold] && !s.lang.tomorrow[w.fold] || s.mentioned(w.start) {
			continue
		}
		if !s.lang.tomorrow[w.fold] && (i == 0 || !s.lang.until[s.words[i-1].fold]) {
			continue
		}
		until, ok := s.until()
		now := s.brief.Time.In(until.Location())
		fits := ok && (s.lang.today[w.fold] && sameDay(until, now) || s.lang.tomorrow[w.fold] && sameDay(until, now.AddDate(0, 0, 1)) ||
			isDay && int(until.Weekday()) == day && (until.Sub(now) < 7*24*time.Hour || s.dated(i)))
		if !fits {
			s.find(RuleDeadline, w.start, w.end, s.expectedDate())
		}
	}
}

// dated reports whether a weekday is part of a date, which has been judged: "Thursday, 24 December".
func (s *scan) dated(i int) bool {
	if i+1 >= len(s.words) || s.words[i+1].start-s.words[i].end > 2 {
		return false
	}
	next := s.words[i+1].fold
	return digitAt(next, 0) || s.lang.months[next] > 0
}
