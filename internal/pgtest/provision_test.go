package pgtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bare returns a folder with so few programs that no server can be found, so that
// the script behaves as on a machine without one.
func bare(t *testing.T) string {
	folder := t.TempDir()
	for _, name := range []string{"bash", "sh", "cat", "dirname", "mktemp", "rm", "id"} {
		path, err := exec.LookPath(name)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(path, filepath.Join(folder, name)))
	}
	return folder
}

func TestProvisionRunsItsCommandWithWhatThereIs(t *testing.T) {
	nothing := bare(t)
	for _, c := range []struct {
		name        string
		environment []string
		command     []string
		exit        int
		out, err    string
	}{
		{"a server that is given is passed on", []string{"CLMKIT_TEST_POSTGRES=postgres://given"}, []string{"sh", "-c", `echo "$CLMKIT_TEST_POSTGRES"; exit 3`}, 3, "postgres://given\n", ""},
		{"without a server the command runs, and one line says why", nil, []string{"sh", "-c", `echo "server=$CLMKIT_TEST_POSTGRES"; exit 4`}, 4, "server=\n", "SKIPPED the tests of PostgreSQL: no PostgreSQL server is installed"},
		{"without a server nothing runs where CI=true", []string{"CI=true"}, []string{"echo", "ran"}, 1, "", "FAILED to provide PostgreSQL: no PostgreSQL server is installed"},
		{"without a folder for it nothing runs", []string{"TMPDIR=/nowhere"}, []string{"echo", "ran"}, 1, "", "/nowhere"},
		{"a command is needed", nil, nil, 2, "", "usage"},
	} {
		t.Run(c.name, func(t *testing.T) {
			script, err := filepath.Abs("provision.sh")
			require.NoError(t, err)
			cmd := exec.Command(filepath.Join(nothing, "bash"), append([]string{script}, c.command...)...)
			cmd.Env = append([]string{"PATH=" + nothing}, c.environment...)
			out, err := cmd.Output()
			code, stderr := 0, ""
			if err != nil {
				failed := new(exec.ExitError)
				require.ErrorAs(t, err, &failed)
				code, stderr = failed.ExitCode(), string(failed.Stderr)
			}
			assert.Equal(t, c.exit, code, stderr)
			assert.Equal(t, c.out, string(out))
			assert.Contains(t, stderr, c.err)
		})
	}
}
