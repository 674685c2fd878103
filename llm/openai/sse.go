package openai

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"strings"
)

// events reads a stream of server-sent events as the HTML standard has it (section 9.2.6, "Interpreting an event
// stream") and yields the data of each event. Lines end in LF, CR or CRLF; comments and fields other than data are
// skipped; an event that no empty line ends is dropped. A line longer than longest bytes, and an error of r, ends the
// sequence with that error.
func events(r io.Reader, longest int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, longest)
		lines.Split(lineSplitter())
		var data []string
		for first := true; lines.Scan(); first = false {
			line := lines.Text()
			if first {
				line = strings.TrimPrefix(line, "\uFEFF")
			}
			if line == "" {
				if data != nil && !yield(strings.Join(data, "\n"), nil) {
					return
				}
				data = nil
				continue
			}
			if field, value, _ := strings.Cut(line, ":"); field == "data" {
				data = append(data, strings.TrimPrefix(value, " "))
			}
		}
		if err := lines.Err(); err != nil {
			yield("", err)
		}
	}
}

// lineSplitter splits at LF, CR and CRLF. It does not wait for the byte after a CR: when that is an LF, it is skipped
// with the next line. What no line end closes is dropped.
func lineSplitter() bufio.SplitFunc {
	afterCR := false
	return func(data []byte, atEOF bool) (int, []byte, error) {
		skip := 0
		if afterCR && len(data) > 0 {
			afterCR = false
			if data[0] == '\n' {
				skip = 1
			}
		}
		end := bytes.IndexAny(data[skip:], "\r\n")
		if end < 0 {
			if atEOF {
				skip = len(data)
			}
			return skip, nil, nil
		}
		end += skip
		afterCR = data[end] == '\r'
		return end + 1, data[skip:end], nil
	}
}
