package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuickstart(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	require.Equal(t, "[25.00 EUR] conversion because of 1 order, the last 9 days ago, lapsed after 90\n", out.String())
}

// The README shows the body of run, indented by nothing, so that what is read
// there is what is tested here.
func TestTheREADMEShowsThisProgram(t *testing.T) {
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, body, ok := strings.Cut(string(source), "func run(ctx context.Context, w io.Writer) error {\n")
	require.True(t, ok)
	body = strings.TrimSuffix(body, "}\n")
	var want strings.Builder
	for line := range strings.Lines(body) {
		want.WriteString(strings.TrimPrefix(line, "\t"))
	}
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), want.String())
}
