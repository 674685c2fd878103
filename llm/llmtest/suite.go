package llmtest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Options of a suite. The suites take at most one.
type Options struct {
	// Skip holds the cases that the implementation is known to fail, each with the reason, which go test -v shows. A case
	// goes by its name, and one of a group by "group/name", such as "each fault has its kind/reset connection"; the name of
	// a group skips all of it. A name that is no case of the suite fails the suite. Default: none.
	Skip map[string]string
	// TimesOut says that the models give up by themselves, within seconds, on a provider that stalls; then they have to
	// report it as llm.ErrTimeout. Default: they wait for as long as the caller does, and the case is skipped.
	TimesOut bool
}

// check is a case of a suite, or a group of them.
type check struct {
	name  string
	run   func(*testing.T)
	group []check
}

func oneOf(opts []*Options) Options {
	if len(opts) == 0 || opts[0] == nil {
		return Options{}
	}
	return *opts[0]
}

// runAll runs the cases that are not to be skipped.
func (o Options) runAll(t *testing.T, checks []check) {
	t.Helper()
	names := map[string]bool{}
	for _, c := range checks {
		names[c.name] = true
		for _, sub := range c.group {
			names[c.name+"/"+sub.name] = true
		}
	}
	for name := range o.Skip {
		require.True(t, names[name], "Options.Skip: no case has the name %q", name)
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) { o.runOne(t, c, c.name) })
	}
	if len(o.Skip) > 0 {
		t.Logf("llmtest: %d of %d cases are known to fail and skipped", len(o.Skip), len(names))
	}
}

func (o Options) runOne(t *testing.T, c check, name string) {
	if reason, ok := o.Skip[name]; ok {
		t.Skip("known: " + reason)
	}
	if c.run != nil {
		c.run(t)
	}
	for _, sub := range c.group {
		t.Run(sub.name, func(t *testing.T) { o.runOne(t, sub, name+"/"+sub.name) })
	}
}
