package river

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/clmkit/clmkit/store/postgres"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

// What a caller can decide about.
var (
	// ErrNotPlanned is a run of which nothing is known.
	ErrNotPlanned = errors.New("no such run")
	// ErrOtherPlan is a run that was planned with another version, or from
	// something else. It is left as it is.
	ErrOtherPlan = errors.New("the run was planned otherwise")
	// ErrInUse is a set of profiles that something else has written, or moved
	// with the log: it cannot be rebuilt.
	ErrInUse = errors.New("the set of profiles is in use")
)

// Options are the settings of [New].
type Options struct {
	// Schema is the PostgreSQL schema of the tables of this package. It is made
	// if it is not there. Default: "clmkit_jobs".
	Schema string
	// Range is the number of customers in a range, which is one job.
	// Default: 10,000.
	Range int
	// Chunk is the number of customers that one transaction writes, and the most
	// that a job keeps in memory. Default: 500.
	Chunk int
	// Insert is how jobs are inserted: their queue, priority and number of
	// attempts. Uniqueness is not read. Default: River's own.
	Insert river.InsertOpts
}

func (o *Options) defaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Schema == "" {
		d.Schema = "clmkit_jobs"
	}
	if d.Range < 1 {
		d.Range = 10_000
	}
	if d.Chunk < 1 {
		d.Chunk = 500
	}
	d.Insert.UniqueOpts = river.UniqueOpts{}
	return d
}

// Jobs are the jobs over the customers of one tenant of a store. They are safe
// for concurrent use, and start no goroutine.
type Jobs struct {
	pool   *pgxpool.Pool
	db     *postgres.DB
	opts   Options
	schema *strings.Replacer
}

// New makes the tables of this package where they are missing. The pool is one
// to the database that db and River's own tables are in; the caller closes it.
// The error wraps [ErrNewer] when the tables are of a newer version.
func New(ctx context.Context, pool *pgxpool.Pool, db *postgres.DB, o *Options) (*Jobs, error) {
	j := &Jobs{pool: pool, db: db, opts: o.defaults()}
	j.schema = strings.NewReplacer("{schema}", pgx.Identifier{j.opts.Schema}.Sanitize())
	return j, j.migrate(ctx)
}

// sql returns a statement with the name of the schema in it.
func (j *Jobs) sql(statement string) string { return j.schema.Replace(statement) }

// foreign is how long a job waits that this process has not the means for, until
// it is offered again, perhaps to another process.
const foreign = 10 * time.Second

// notHere lets a job wait for a process that can do it.
func notHere() error { return river.JobSnooze(foreign) }

// insertOpts returns how a job is inserted.
func (j *Jobs) insertOpts() *river.InsertOpts {
	opts := j.opts.Insert
	return &opts
}

// never cancels a job: no further attempt could succeed.
func never(format string, args ...any) error {
	return river.JobCancel(fmt.Errorf(format, args...))
}
