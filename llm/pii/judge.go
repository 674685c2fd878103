package pii

// verdicts say how much a line looks like a street without regard to what stands around it, and what must stand there.
// The first that fits holds.
var verdicts = []struct {
	score float64
	needs need
	fits  func(w *wordsOf, s *street) bool
}{
	{0, needsNothing, func(w *wordsOf, s *street) bool { return !w.long || w.month && !w.before && !w.behind && !w.glued }},
	{0.85, needsNothing, (*wordsOf).wordBefore},
	{0.8, needsNothing, func(w *wordsOf, s *street) bool { return w.behindStrong && s.leading }},
	{0.8, needsNothing, func(w *wordsOf, s *street) bool { return (w.numbered || w.glued) && s.trailing && w.capitals > 0 }},
	{0.65, needsNothing, func(w *wordsOf, s *street) bool { return w.behind && s.leading && w.capitals > 0 }},
	{0.55, needsNothing, func(w *wordsOf, s *street) bool { return w.initial && s.words > 1 && s.trailing && w.capitals > 0 }},
	{0.4, needsNothing, func(w *wordsOf, s *street) bool { return w.beforeStrong && s.words > 1 && !w.lower && w.capitals > 1 }},
	{0.4, needsNothing, func(w *wordsOf, s *street) bool { return w.behindStrong && w.capitalEnd && w.capitals > 1 }},
	{0.4, needsNothing, func(w *wordsOf, s *street) bool { return w.glued && s.trailing }},

	// Names without a word for a street.
	{0.4, needsPart, func(w *wordsOf, s *street) bool { return w.capitals == 0 && s.leading && s.trailing }},
	{0.25, needsPart, func(w *wordsOf, s *street) bool { return w.capitals == 0 && s.leading }},
	{0, needsNothing, func(w *wordsOf, s *street) bool { return w.capitals == 0 }},
	{0.4, needsPlace, func(w *wordsOf, s *street) bool { return s.leading && s.trailing }},
	{0.5, needsPlace, func(w *wordsOf, s *street) bool { return s.leading && w.glued }},
	{0.25, needsPlace, func(w *wordsOf, s *street) bool { return s.leading }},
	{0, needsNothing, func(w *wordsOf, s *street) bool { return !s.trailing || notStreets[w.first] || notStreets[w.last] }},
	{0.3, needsPlace, func(w *wordsOf, s *street) bool { return w.behind }},
	{0.2, needsPlace, func(w *wordsOf, s *street) bool { return true }},
}

func judge(w *wordsOf, s *street) (float64, need) {
	for _, v := range verdicts {
		if v.fits(w, s) {
			return v.score, v.needs
		}
	}
	return 0, needsNothing
}

// wordBefore reports a word for a street, its name and a number on either side.
func (w *wordsOf) wordBefore(s *street) bool {
	if !w.before || s.words < 2 || !s.leading && !s.trailing {
		return false
	}
	return w.capitals > 0 || w.beforeStrong || s.leading && s.trailing
}
