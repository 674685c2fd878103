package river

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/churn"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// A Score asks a churn model about every customer of a set of profiles, and
// keeps the answers.
type Score struct{ runs }

// A Scoring is what a run of a [Score] does. It is kept with the run, model
// included, so that every process works with the same.
type Scoring struct {
	// Set is the name of the set of profiles.
	Set string `json:"set"`
	// Model predicts.
	Model *churn.Model `json:"model"`
	// At is the moment of the predictions. It has to be one that the profiles
	// are of: now, for a set that is kept up to date.
	At time.Time `json:"at"`
	// Reasons is how many reasons are kept of each prediction, the largest
	// first. Default: 3. Below 0: none.
	Reasons int `json:"reasons"`
}

func (s *Scoring) defaults() Scoring {
	d := *s
	if d.Reasons == 0 {
		d.Reasons = 3
	}
	d.At = d.At.UTC()
	return d
}

type scoreArgs struct {
	Tenant string `json:"tenant"`
	Run    string `json:"run"`
	Range  int    `json:"range"`
}

func (scoreArgs) Kind() string { return "clmkit_score" }

// Score returns the scoring of the customers.
func (j *Jobs) Score() *Score {
	return &Score{runs{
		Jobs: j, kind: "score",
		job: func(run string, number int) river.JobArgs { return scoreArgs{j.db.Tenant(), run, number} },
	}}
}

// AddScore adds the worker of scores to those of a client: one score for each
// tenant that the process works for.
func AddScore(workers *river.Workers, scores ...*Score) error {
	tenants := make(map[string]*Score, len(scores))
	for _, s := range scores {
		tenants[s.db.Tenant()] = s
	}
	return river.AddWorkerSafely(workers, &scoreWorker{tenants: tenants})
}

// Plan begins a run: it splits the customers of the set into ranges and inserts
// a job for each, in one transaction. A run that is planned already stays as it
// is; the error wraps [ErrOtherPlan] when that was for another scoring.
func (s *Score) Plan(ctx context.Context, client *river.Client[pgx.Tx], run string, what Scoring) error {
	if what.Model == nil || what.At.IsZero() {
		return fmt.Errorf("river: plan score %s: it needs a model and a moment", run)
	}
	what = what.defaults()
	text, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("river: plan score %s: %w", run, err)
	}
	sum := sha256.Sum256(text)
	version := hex.EncodeToString(sum[:])
	if known, err := s.known(ctx, run, version); known || err != nil {
		return err
	}
	return s.add(ctx, client, run, version, json.RawMessage(text), s.db.Profiles(what.Set).Split)
}

// Scoring returns what a run is about, or an error that wraps [ErrNotPlanned].
func (s *Score) Scoring(ctx context.Context, run string) (what Scoring, err error) {
	_, text, err := s.find(ctx, run)
	if err != nil {
		return Scoring{}, err
	}
	if err := json.Unmarshal(text, &what); err != nil {
		return Scoring{}, fmt.Errorf("river: plan of score %s: %w", run, err)
	}
	return what, nil
}

// Progress returns how far a run is, or an error that wraps [ErrNotPlanned].
// Customers whom the model's definition does not speak of are done when they were
// looked at.
func (s *Score) Progress(ctx context.Context, run string) (Progress, error) {
	return s.progress(ctx, run)
}

// Resume inserts jobs anew for the ranges that have not moved for as long as
// idle. See [Rebuild.Resume].
func (s *Score) Resume(ctx context.Context, client *river.Client[pgx.Tx], run string, idle time.Duration) (int, error) {
	return s.resume(ctx, client, run, idle)
}

type scoreWorker struct {
	river.WorkerDefaults[scoreArgs]
	tenants map[string]*Score
}

// Work scores the customers of a range.
func (w *scoreWorker) Work(ctx context.Context, job *river.Job[scoreArgs]) error {
	s := w.tenants[job.Args.Tenant]
	if s == nil {
		return notHere()
	}
	what, err := s.Scoring(ctx, job.Args.Run)
	if errors.Is(err, churn.ErrFormat) {
		return notHere() // a program of another version can read the model
	}
	if err != nil {
		return gone(err)
	}
	r := rating{Score: s, run: job.Args.Run, what: what, set: s.db.Profiles(what.Set)}
	t := turn[scoreArgs]{runs: &s.runs, job: job, read: r.read}
	return t.work(ctx, job.Args.Run, job.Args.Range)
}
