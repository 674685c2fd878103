package openai

import (
	"bufio"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readEvents(t *testing.T, stream string) []string {
	t.Helper()
	var got []string
	for data, err := range events(iotest.OneByteReader(strings.NewReader(stream)), 1<<20) {
		require.NoError(t, err)
		got = append(got, data)
	}
	return got
}

func TestEvents(t *testing.T) {
	for name, c := range map[string]struct {
		stream string
		want   []string
	}{
		"one line each":               {"data: a\n\ndata: b\n\n", []string{"a", "b"}},
		"lines end in CRLF":           {"data: a\r\n\r\ndata: b\r\n\r\n", []string{"a", "b"}},
		"lines end in CR":             {"data: a\r\rdata: b\r\r", []string{"a", "b"}},
		"several lines of data":       {"data: a\ndata: b\n\n", []string{"a\nb"}},
		"several lines in CRLF":       {"data: a\r\ndata: b\r\n\r\n", []string{"a\nb"}},
		"comments and other fields":   {": ping\nevent: x\nid: 7\nretry: 10\ndata: a\n\n", []string{"a"}},
		"a comment alone is no event": {": ping\n\n\n\ndata: a\n\n", []string{"a"}},
		"one space is taken off":      {"data:  a\n\ndata:b\n\n", []string{" a", "b"}},
		"empty data":                  {"data\n\ndata:\n\n", []string{"", ""}},
		"byte order mark":             {"\uFEFFdata: a\n\n", []string{"a"}},
		"the last event is cut":       {"data: a\n\ndata: b\n", []string{"a"}},
		"the last line is cut":        {"data: a\n\ndata: b", []string{"a"}},
		"nothing":                     {"", nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, readEvents(t, c.stream)) })
	}
}

func TestEventsStopAtALineThatIsTooLong(t *testing.T) {
	var last error
	for _, err := range events(strings.NewReader("data: a\n\ndata: "+strings.Repeat("b", 100)+"\n\n"), 50) {
		last = err
	}
	assert.ErrorIs(t, last, bufio.ErrTooLong)
}

// FuzzEvents checks that the cuts between reads do not matter, and that what is written as events is read as such.
func FuzzEvents(f *testing.F) {
	for _, seed := range []string{"data: a\n\n", "data: a\r\n\r\ndata: b\r\r", ": c\n\ndata", "\uFEFFdata: x\n\n", "\r\n\r\ndata:\n\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stream string) {
		whole, bytewise := []string{}, []string{}
		for data, err := range events(strings.NewReader(stream), 1<<20) {
			require.NoError(t, err)
			whole = append(whole, data)
		}
		for data, err := range events(iotest.OneByteReader(strings.NewReader(stream)), 1<<20) {
			require.NoError(t, err)
			bytewise = append(bytewise, data)
		}
		assert.Equal(t, whole, bytewise)

		text := strings.NewReplacer("\r", "", "\n", "").Replace(stream)
		assert.Equal(t, []string{text}, readEvents(t, "data: "+text+"\n\n"))
	})
}
