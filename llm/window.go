package llm

import "time"

// windowSlots is how many pieces a window is counted in: it reaches back between nine and ten tenths of its length.
const windowSlots = 10

// window counts calls and failures of the time just past.
type window struct {
	start time.Time
	width time.Duration // of a slot
	slots [windowSlots]slot
}

// slot counts what ended in one piece of time.
type slot struct {
	number          int64 // of the piece, from the start of the window
	calls, failures int
}

func newWindow(length time.Duration) window {
	return window{start: time.Now(), width: max(1, length/windowSlots)}
}

// now is the number of the piece of time that runs.
func (w *window) now() int64 { return int64(time.Since(w.start) / w.width) }

// add counts a call that has ended.
func (w *window) add(failed bool) {
	number := w.now()
	s := &w.slots[number%windowSlots]
	if s.number != number {
		*s = slot{number: number}
	}
	s.calls++
	if failed {
		s.failures++
	}
}

// failing reports whether there are enough calls in the window, and at least the given share of them failed.
func (w *window) failing(minCalls int, rate float64) bool {
	oldest := w.now() - windowSlots + 1
	calls, failures := 0, 0
	for _, s := range w.slots {
		if s.number >= oldest {
			calls, failures = calls+s.calls, failures+s.failures
		}
	}
	return calls >= minCalls && float64(failures) >= rate*float64(calls)
}
