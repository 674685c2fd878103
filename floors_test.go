// Package clmkit_test checks what holds for the module as a whole.
package clmkit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/clmkit/clmkit/"

// floors says which floor a package stands on. Imports point down: a package
// imports packages of lower floors, and of its own floor only those that
// neighbours lists.
var floors = map[string]int{
	"clm": 0, "clm/orders": 0, "clm/filter": 0,
	"llm": 0, "llm/openai": 0, "llm/langchain": 0, "llm/lexical": 0, "llm/pii": 0, "vector": 0,
	"profile":           1,
	"profile/segment":   1,
	"profile/traits":    1,
	"profile/sentiment": 1,
	"recommend":         2, "churn": 2, "content": 2, "support": 2,
	"recommend/rules":     2,
	"recommend/explore":   2,
	"recommend/rerank":    2,
	"recommend/enrich":    2,
	"recommend/quality":   2,
	"store/postgres":      2,
	"store/sqlite":        2,
	"examples/storefront": 3, "examples/quickstart": 3,
}

// neighbours are the imports that are allowed within a floor.
var neighbours = map[string][]string{
	"clm/orders":    {"clm"},
	"clm/filter":    {"clm"},
	"vector":        {"clm"},
	"llm":           {"llm/pii"},
	"llm/openai":    {"llm"},
	"llm/langchain": {"llm"},
	"llm/lexical":   {"llm"},

	"profile/segment": {"profile"},

	"recommend": {"recommend/rules", "recommend/explore", "recommend/rerank", "recommend/quality"},
}

// lean are the packages that import the standard library and golang.org/x/sync
// only, besides packages of this module.
var lean = []string{"clm", "clm/filter", "clm/orders", "vector", "profile", "llm/pii"}

// A pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	require.NoError(t, err)
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

// isTool reports packages without a floor: what is internal, and the suites.
func isTool(name string) bool {
	return strings.HasPrefix(name, "internal/") || strings.Contains(name, "/internal/") || strings.HasSuffix(name, "test")
}

// wrong says why one package must not import another, or "".
func wrong(from, to string) string {
	local, ok := strings.CutPrefix(to, module)
	switch {
	case !ok && strings.Contains(strings.Split(to, "/")[0], ".") && slices.Contains(lean, from) && !strings.HasPrefix(to, "golang.org/x/sync/"):
		return "a lean package imports third-party code"
	case to == "testing" && !strings.HasSuffix(from, "test"):
		return "only suites import testing"
	case !ok:
		return ""
	case strings.HasSuffix(local, "test") && !strings.HasSuffix(from, "test") && from != "internal/bench": // it plays the suites' faults
		return "only suites import suites"
	case strings.HasPrefix(local, "examples/") || local == "internal/bench":
		return "programs are imported by nobody"
	case strings.HasPrefix(from, "internal/") && !strings.HasPrefix(from, "internal/bench") && floors[local] > 0:
		return "tools stand below the floors that use them"
	case isTool(from) || isTool(local):
		return ""
	case floors[local] > floors[from]:
		return "the import points up"
	case floors[local] == floors[from] && !slices.Contains(neighbours[from], local):
		return "the import points sideways"
	}
	return ""
}

func TestImportsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if p.ImportPath+"/" == module {
			continue
		}
		if _, ok := floors[name]; !ok && !isTool(name) {
			t.Errorf("%s has no floor", name)
		}
		for _, to := range p.Imports {
			if why := wrong(name, to); why != "" {
				t.Errorf("%s imports %s: %s", name, to, why)
			}
		}
	}
}

func TestWrongImportsAreSeen(t *testing.T) {
	for _, c := range []struct{ from, to, why string }{
		{"clm", "github.com/clmkit/clmkit/profile", "the import points up"},
		{"churn", "github.com/clmkit/clmkit/recommend", "the import points sideways"},
		{"recommend", "github.com/clmkit/clmkit/examples/storefront", "programs are imported by nobody"},
		{"profile", "gonum.org/v1/gonum/mat", "a lean package imports third-party code"},
		{"clm", "github.com/clmkit/clmkit/clm/clmtest", "only suites import suites"},
		{"churn", "testing", "only suites import testing"},
		{"internal/metric", "github.com/clmkit/clmkit/churn", "tools stand below the floors that use them"},
		{"churn", "github.com/clmkit/clmkit/profile", ""},
		{"clm", "golang.org/x/sync/errgroup", ""},
		{"clm", "encoding/json", ""},
	} {
		require.Equal(t, c.why, wrong(c.from, c.to), "%s -> %s", c.from, c.to)
	}
}
