package river

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/clmkit/clmkit/internal/traffic"
	"github.com/clmkit/clmkit/profile"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The environment of the process that is to be killed.
const (
	roleVariable  = "CLMKIT_RIVER_ROLE" // which workers it has
	urlVariable   = "CLMKIT_RIVER_URL"
	shopVariable  = "CLMKIT_RIVER_TENANT"
	deathVariable = "CLMKIT_RIVER_DEATH" // a [death]
)

// A death is the statement at which a process dies: the n-th that contains a text,
// before it reaches the server or after the server has answered.
type death struct {
	when string
	n    int
	at   string
}

func (d death) String() string { return fmt.Sprintf("%s %d %s", d.when, d.n, d.at) }

func parseDeath(s string) (d death, err error) {
	fields := strings.SplitN(s, " ", 3)
	if len(fields) != 3 {
		return d, fmt.Errorf("not a death: %q", s)
	}
	d.when, d.at = fields[0], fields[2]
	_, err = fmt.Sscan(fields[1], &d.n)
	return d, err
}

// play works on the jobs of a rebuild until it dies.
func play(role string) {
	if err := work(context.Background(), role); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func work(ctx context.Context, role string) error {
	d, err := parseDeath(os.Getenv(deathVariable))
	if err != nil {
		return err
	}
	h := &hook{}
	pool, jobs, err := connect(ctx, os.Getenv(urlVariable), os.Getenv(shopVariable), h, small)
	if err != nil {
		return err
	}
	defer pool.Close()
	workers, err := cast(jobs, role)
	if err != nil {
		return err
	}
	die := nth(d.n, d.at, func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	if d.when == "after" {
		h.after = die
	} else {
		h.before = die
	}
	client, err := newClient(pool, workers, 3)
	if err != nil {
		return err
	}
	if err := client.Start(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	<-ctx.Done()
	return errors.New("still alive")
}

// cast returns the workers of a role.
func cast(jobs *Jobs, role string) (*river.Workers, error) {
	catalogue, err := traffic.Catalogue()
	if err != nil {
		return nil, err
	}
	workers := river.NewWorkers()
	rebuild := jobs.Rebuild(profile.NewFolder(catalogue, nil), "1")
	if role == "rebuild" {
		return workers, AddRebuild(workers, rebuild)
	}
	return workers, river.AddWorkerSafely(workers, &apart{rebuild: rebuild, cursorFirst: role == "cursor first"})
}

// kill lets a process work until it dies its death.
func (s *shop) kill(t *testing.T, role string, d death) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), roleVariable+"="+role, urlVariable+"="+s.url, shopVariable+"="+s.tenant, deathVariable+"="+d.String())
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "%s", out)
	status, ok := exit.Sys().(syscall.WaitStatus)
	require.True(t, ok && status.Signal() == syscall.SIGKILL, "%v: %s", err, out)
}

func TestAKilledProcessLosesAndDoublesNothing(t *testing.T) {
	s := open(t, 200, 2500, small)
	s.arrive(t, 0, 2000)
	rebuild := s.jobs.Rebuild(s.folder, "1")
	c := client(t, s.pool, rebuilders(t, rebuild))
	require.NoError(t, rebuild.Plan(t.Context(), c, "v2"))
	s.arrive(t, 2000, 2500)
	s.countWrites(t)
	for _, d := range []death{
		{"before", 2, "SET cursor"},    // a chunk was read
		{"after", 2, "SET cursor"},     // the cursor is moved
		{"after", 3, ".profiles AS p"}, // the profiles are written
		{"before", 4, "commit"},        // nothing is committed
		{"after", 4, "commit"},         // it is, and the process does not know
		{"before", 1, "SET open"},      // the last chunk of a range
		{"after", 1, "SET open"},       // the range is counted
		{"after", 3, "SET open"},       //
		{"before", 1, "SET finished"},  // the finishing job has put the marks
		{"after", 1, "SET finished"},   // and is noted
	} {
		s.kill(t, "rebuild", d)
		n, err := rebuild.Resume(t.Context(), c, "v2", 0)
		require.NoError(t, err)
		require.Positive(t, n, "%s", d)
	}
	want := s.oracle(t, 2000)
	run(t, c, kindFinish)
	s.requireEqual(t, "v2", want)
	p, err := rebuild.Progress(t.Context(), "v2")
	require.NoError(t, err)
	assert.Equal(t, len(want), p.CustomersDone)
	assert.Zero(t, s.twice(t), "customers who were worked on twice")
	assert.Equal(t, 500, s.catchUp(t, "v2").Events)
	s.requireEqual(t, "v2", s.oracle(t, 2500))
	n, err := rebuild.Resume(t.Context(), c, "v2", 0)
	require.NoError(t, err)
	assert.Zero(t, n, "it is over")
}

// countWrites notes each write of a profile, in the transaction that makes it.
func (s *shop) countWrites(t *testing.T) {
	t.Helper()
	for _, sql := range []string{
		`CREATE TABLE writes (customer text)`,
		`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN INSERT INTO public.writes VALUES (NEW.customer); RETURN NULL; END $$`,
		`CREATE TRIGGER note AFTER INSERT OR UPDATE ON clmkit.profiles FOR EACH ROW EXECUTE FUNCTION note()`,
	} {
		_, err := s.pool.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		_, err := s.pool.Exec(context.WithoutCancel(t.Context()), `DROP FUNCTION note CASCADE; DROP TABLE writes`)
		require.NoError(t, err)
	})
}

// twice returns how many customers' profiles were written more than once.
func (s *shop) twice(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, s.pool.QueryRow(t.Context(),
		`SELECT count(*) FROM (SELECT FROM writes GROUP BY customer HAVING count(*) > 1) AS w`).Scan(&n))
	return n
}

// An apart is the worker as it must not be: the cursor and the work of a chunk
// are written in two transactions.
type apart struct {
	river.WorkerDefaults[rebuildArgs]
	rebuild     *Rebuild
	cursorFirst bool
}

// Work writes the two, with a statement between them for the process to die at.
func (w *apart) Work(ctx context.Context, job *river.Job[rebuildArgs]) error {
	r := w.rebuild
	_, plan, err := r.find(ctx, job.Args.Set)
	if err != nil {
		return err
	}
	f, err := r.folding(job.Args.Set, plan)
	if err != nil {
		return err
	}
	at, err := r.stretch(ctx, job.Args.Set, job.Args.Range)
	for err == nil && !at.closed {
		var c *chunk
		if c, err = f.read(ctx, at.cursor, at.end, r.opts.Chunk); err != nil {
			break
		}
		steps := []func(tx pgx.Tx) error{
			func(tx pgx.Tx) error { return r.advance(ctx, tx, at, c) },
			func(tx pgx.Tx) error { _, err := tx.Exec(ctx, "SELECT 'between'"); return err },
			func(tx pgx.Tx) error { return c.write(ctx, tx) },
		}
		if !w.cursorFirst {
			steps[0], steps[2] = steps[2], steps[0]
		}
		for _, step := range steps {
			if err == nil {
				err = pgx.BeginFunc(ctx, r.pool, step)
			}
		}
		at.cursor, at.closed = c.through, c.last
	}
	return err
}

func TestACursorApartFromTheWorkLosesOrDoubles(t *testing.T) {
	for _, c := range []struct {
		role           string
		missing, twice bool
	}{
		{"cursor first", true, false},
		{"work first", false, true},
	} {
		t.Run(c.role, func(t *testing.T) {
			s := open(t, 200, 2000, small)
			s.arrive(t, 0, 2000)
			rebuild := s.jobs.Rebuild(s.folder, "1")
			client := client(t, s.pool, rebuilders(t, rebuild))
			require.NoError(t, rebuild.Plan(t.Context(), client, "v2"))
			s.countWrites(t)
			for range 3 {
				s.kill(t, c.role, death{"before", 4, "between"})
				_, err := rebuild.Resume(t.Context(), client, "v2", 0)
				require.NoError(t, err)
			}
			run(t, client, kindFinish)
			missing, wrong, foreign := s.differences(t, "v2", s.oracle(t, 2000))
			assert.Equal(t, c.missing, missing > 0, "%d customers are missing", missing)
			assert.Zero(t, wrong+foreign)
			twice := s.twice(t)
			assert.Equal(t, c.twice, twice > 0, "%d customers were worked on twice", twice)
		})
	}
}
