package postgres

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
)

// banned is what other engines that speak PostgreSQL's protocol do not have, or
// what behaves differently when tables are distributed.
var banned = map[string]*regexp.Regexp{
	"a sequence":                regexp.MustCompile(`(?i)\b(small|big)?serial\b|\bgenerated\b.*\bidentity\b|\bnextval\b|\bcreate\s+sequence\b`),
	"a notification":            regexp.MustCompile(`(?i)\b(un)?listen\b|\bnotify\b|\bpg_notify\b`),
	"an advisory lock":          regexp.MustCompile(`(?i)\bpg_(try_)?advisory_`),
	"a trigger":                 regexp.MustCompile(`(?i)\btrigger\b`),
	"a procedure or a function": regexp.MustCompile(`(?i)\b(create|or\s+replace)\s+(procedure|function)\b|\bcall\b|\bdo\s+\$|\bplpgsql\b`),
	"a deferrable constraint":   regexp.MustCompile(`(?i)\bdeferr(able|ed)\b`),
	"an exclusion constraint":   regexp.MustCompile(`(?i)\bexclude\b`),
	"a recursive query":         regexp.MustCompile(`(?i)\brecursive\b`),
	"a lock of a table":         regexp.MustCompile(`(?i)\block\s+table\b`),
	"a foreign key":             regexp.MustCompile(`(?i)\breferences\b`),
}

// faults says what is not portable in a statement.
func faults(statement string) []string {
	var all []string
	for name, pattern := range banned {
		if pattern.MatchString(statement) {
			all = append(all, name)
		}
	}
	return all
}

// shared are the tables without a tenant, which hold no personal data.
var shared = regexp.MustCompile(`\{schema\}\.(version|vector_sets)\b`)

var (
	table = regexp.MustCompile(`\{schema\}\.(\{set\}|[a-z_]+)(?:\s+AS\s+([a-z]+))?`)
	// A row that is written has the tenant as its first column and $1 in it;
	// one that is read or changed is asked for by it, or joined to one that is.
	inserted = regexp.MustCompile(`\(tenant, [^)]*\)\s+(VALUES \(\$1, |SELECT \$1, )`)
	asked    = regexp.MustCompile(`\bWHERE (\w+\.)?tenant = \$1\b`)
)

// missesTenant reports whether a statement reads or writes rows of tenants without
// saying of which. Every FROM, UPDATE and INSERT of a table needs its own condition.
func missesTenant(statement string) bool {
	if regexp.MustCompile(`^\s*(CREATE|VACUUM|COPY)\b`).MatchString(statement) {
		return false // rows of COPY carry the tenant: TestCopiedRowsCarryTheTenant
	}
	wanted := 0
	for _, m := range table.FindAllString(statement, -1) {
		if !shared.MatchString(m) {
			wanted++
		}
	}
	joins := len(regexp.MustCompile(`JOIN \{schema\}\.\w+ AS (\w+) ON (\w+)\.tenant = (\w+)\.tenant`).FindAllString(statement, -1))
	return len(inserted.FindAllString(statement, -1))+len(asked.FindAllString(statement, -1))+joins < wanted
}

// constants returns the statements of this package's source by name: every string
// constant that begins with sql, and the steps of the migrations. It fails the test
// when a statement is written anywhere else.
func constants(t *testing.T) map[string]string {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	all := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		read(t, name, source, all)
	}
	scripts, err := scripts()
	require.NoError(t, err)
	for i, script := range scripts {
		for j, s := range statements(script) {
			all["schema "+strconv.Itoa(i+1)+"."+strconv.Itoa(j+1)] = s
		}
	}
	return all
}

var looksLikeSQL = regexp.MustCompile(`(?i)^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|COPY|VACUUM|LOCK|CALL|DO|SET|LISTEN|NOTIFY)\s`)

// read collects the constants of one file, and reports statements elsewhere.
func read(t testing.TB, name string, source []byte, all map[string]string) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
	require.NoError(t, err)
	known := map[*ast.BasicLit]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, value := range n.Values {
				if lit, ok := value.(*ast.BasicLit); ok && strings.HasPrefix(n.Names[i].Name, "sql") {
					text, err := strconv.Unquote(lit.Value)
					require.NoError(t, err)
					all[n.Names[i].Name], known[lit] = text, true
				}
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if n.Kind == token.STRING && !known[n] && err == nil && looksLikeSQL.MatchString(text) {
				t.Errorf("%s: a statement outside of a constant: %s", name, text)
			}
		}
		return true
	})
}

func TestEveryStatementIsPortable(t *testing.T) {
	all := constants(t)
	require.Greater(t, len(all), 60, "the statements were found")
	for name, s := range all {
		assert.Empty(t, faults(s), "%s: %s", name, s)
	}
}

func TestEveryStatementNamesTheTenant(t *testing.T) {
	for name, s := range constants(t) {
		if name == "sqlTenant" || name == "sqlAddTenant" {
			continue // by the name, to learn the number
		}
		assert.False(t, missesTenant(s), "%s: %s", name, s)
	}
}

func TestEveryKeyBeginsWithTheTenant(t *testing.T) {
	create := regexp.MustCompile(`(?s)^CREATE TABLE \{schema\}\.(\S+) \(`)
	key := regexp.MustCompile(`(?:PRIMARY KEY|UNIQUE) \(([a-z]+)`)
	tables := 0
	for name, s := range constants(t) {
		m := create.FindStringSubmatch(strings.TrimSpace(s))
		if m == nil || m[1] == "vector_sets" {
			continue
		}
		tables++
		keys := key.FindAllStringSubmatch(s, -1)
		if m[1] == "tenants" {
			assert.Contains(t, s, "tenant     integer PRIMARY KEY")
			continue
		}
		assert.NotEmpty(t, keys, name)
		for _, k := range keys {
			assert.Equal(t, "tenant", k[1], "%s: %s", name, s)
		}
	}
	assert.Equal(t, 13, tables)
}

func TestBadStatementsAreSeen(t *testing.T) {
	for what, s := range map[string]string{
		"a sequence":                `CREATE TABLE t (id bigserial)`,
		"a notification":            `SELECT pg_notify('events', '')`,
		"an advisory lock":          `SELECT pg_advisory_xact_lock(1)`,
		"a trigger":                 `CREATE TRIGGER t BEFORE INSERT ON e`,
		"a procedure or a function": `CREATE OR REPLACE FUNCTION f() RETURNS integer`,
		"a deferrable constraint":   `UNIQUE (tenant, id) DEFERRABLE INITIALLY DEFERRED`,
		"an exclusion constraint":   `EXCLUDE USING gist (tenant WITH =)`,
		"a recursive query":         `WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r`,
		"a lock of a table":         `LOCK TABLE events`,
		"a foreign key":             `customer text REFERENCES customers`,
	} {
		assert.Equal(t, []string{what}, faults(s), s)
	}
	for _, s := range []string{
		`SELECT body FROM {schema}.events WHERE customer = $2`,
		`SELECT body FROM {schema}.events WHERE tenant <> $1`,
		`DELETE FROM {schema}.{set} WHERE id = ANY($2)`,
		`UPDATE {schema}.slots SET owner = ''`,
		`INSERT INTO {schema}.items (id, body) VALUES ($1, $2)`,
		`INSERT INTO {schema}.items (tenant, id) SELECT tenant, id FROM {schema}.events WHERE tenant = $1`,
		`SELECT 1 FROM {schema}.marks AS m JOIN {schema}.tenants AS t ON true WHERE m.tenant = $1`,
		`SELECT 1 FROM {schema}.events WHERE tenant = $1 OR id IN (SELECT id FROM {schema}.items)`,
	} {
		assert.True(t, missesTenant(s), s)
	}
}

// quiet counts errors instead of failing.
type quiet struct {
	testing.TB
	errors int
}

func (q *quiet) Errorf(string, ...any) { q.errors++ }

func TestStatementsOutsideOfConstantsAreSeen(t *testing.T) {
	q := &quiet{TB: t}
	all := map[string]string{}
	read(q, "x.go", []byte("package x\nconst sqlA = `SELECT 1`\nfunc f() { exec(`SELECT 2`); exec(\"hello\") }"), all)
	assert.Equal(t, map[string]string{"sqlA": "SELECT 1"}, all)
	assert.Equal(t, 1, q.errors)
}

func TestCopiedRowsCarryTheTenant(t *testing.T) {
	events := []*clm.Event{{ID: "e-0", Customer: "c-1"}, {ID: "e-1", Customer: "c-1"}}
	body, err := codec.Encode(events[1])
	require.NoError(t, err)
	b := &rows{events: events, partitions: []int32{3, 3}, counts: []count{{3, 2}}}
	want := "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x06" + "\x00\x00\x00\x04\x00\x00\x00\x05" + "\x00\x00\x00\x04\x00\x00\x00\x03" + "\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x09" +
		"\x00\x00\x00\x03e-1" + "\x00\x00\x00\x03c-1" + "\x00\x00\x00" + string([]byte{byte(len(body))}) + string(body) + "\xff\xff"
	data := newCopyEvents(b, 5, map[int32]int64{3: 9}, map[string]bool{"e-0": true})
	assert.NoError(t, iotest.TestReader(data, []byte(want)))
}

func TestCopyOfWhatHasNoTextFails(t *testing.T) {
	b := &rows{events: []*clm.Event{{ID: "e-0"}, {ID: "e-1", Rating: math.NaN()}}, partitions: []int32{3, 3}, counts: []count{{3, 2}}}
	data := newCopyEvents(b, 5, nil, nil)
	_, err := io.ReadAll(data)
	require.ErrorContains(t, err, "e-1")
	require.ErrorContains(t, data.close(), "e-1")
	_, err = data.Read(make([]byte, 10))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestScriptsAreSplitAtTheEndOfStatements(t *testing.T) {
	assert.Equal(t, []string{"CREATE TABLE a (\n\tb text\n)", "CREATE INDEX c ON a (b)"},
		statements("-- why; because\nCREATE TABLE a (\n\tb text\n);\nCREATE INDEX c ON a (b);\n"))
	for name, s := range constants(t) {
		assert.NotContains(t, s, ";", name)
		assert.NotContains(t, s, "--", name)
	}
}
