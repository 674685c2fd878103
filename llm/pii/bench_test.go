package pii_test

import (
	"strings"
	"testing"

	"github.com/clmkit/clmkit/llm/pii"
)

// letter is what a customer may write, with a little of everything.
const letter = "Hello, my name is Anna Berg and I ordered two pairs of running shoes on 12 May 2024 (order A-204518). The parcel was meant for 221B Baker Street, London NW1 6XE, " +
	"but the courier left it elsewhere. Please call me on +44 20 7946 0958 or write to anna.berg@example.com. I paid with my card 4111 1111 1111 1111, the refund can go to GB29 NWBK 6016 1331 9268 19. " +
	"The shoes themselves are great, true to size and very light, so I would like to keep them if they turn up; the colour is a bit darker than in the pictures.\n"

func BenchmarkScan(b *testing.B) {
	for name, text := range map[string]string{
		"letters": strings.Repeat(letter, 1<<20/len(letter)),
		"numbers": strings.Repeat("1 ", 1<<19),
		"at":      strings.Repeat("at a dot com ", 1<<20/13),
		"groups":  strings.Repeat("DE89 ", 1<<20/5),
		"words":   strings.Repeat("St ", 1<<20/3),
		"plain":   strings.Repeat("the shoes are great and very light so i keep them ", 1<<20/50),
	} {
		b.Run(name, func(b *testing.B) {
			s := newScanner(b, &pii.Options{Kinds: pii.All()})
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Scan(text)
			}
		})
	}
}
