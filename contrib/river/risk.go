package river

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/jackc/pgx/v5"
)

// A Risk is what a run found about one customer. What holds for all of them, such
// as the moment and the definition, is in the run's [Scoring].
type Risk struct {
	Customer    clm.CustomerID    `json:"customer"`
	Run         string            `json:"run"`
	Probability churn.Probability `json:"probability"`
	// RecencyOnly is the baseline, as in [churn.Risk].
	RecencyOnly churn.Probability `json:"recency_only"`
	Reasons     []churn.Reason    `json:"reasons,omitempty"`
}

const (
	sqlWorst = `
SELECT customer, run, risk, recency_only, reasons FROM {schema}.risks
WHERE tenant = $1 AND run = $2 AND (-risk, customer) > ($3, $4)
ORDER BY -risk, customer LIMIT $5`

	sqlRisksOf = `
SELECT customer, run, risk, recency_only, reasons FROM {schema}.risks
WHERE tenant = $1 AND customer = $2 ORDER BY run`

	sqlEraseRisks  = `DELETE FROM {schema}.risks WHERE tenant = $1 AND customer = $2`
	sqlForgetRisks = `
DELETE FROM {schema}.risks WHERE tenant = $1 AND run = $2 AND customer = ANY(
	SELECT customer FROM {schema}.risks WHERE tenant = $1 AND run = $2 ORDER BY -risk, customer LIMIT $3)`
)

// page is how many risks are read or removed at a time.
const page = 1000

// Worst yields the risks of a run, the greatest first and equal ones by customer.
// It reads page by page, and holds no connection while the caller looks at one. A
// yielded error ends the sequence. Before the run is finished it yields what there
// is, which need not be the worst.
func (s *Score) Worst(ctx context.Context, run string) iter.Seq2[Risk, error] {
	return func(yield func(Risk, error) bool) {
		last := Risk{Probability: churn.Probability(math.Inf(1))}
		for {
			found, err := s.risks(ctx, sqlWorst, s.db.Tenant(), run, -float64(last.Probability), last.Customer, page)
			if err != nil {
				yield(Risk{}, fmt.Errorf("river: risks of score %s: %w", run, err))
				return
			}
			for _, r := range found {
				if !yield(r, nil) {
					return
				}
			}
			if len(found) < page {
				return
			}
			last = found[len(found)-1]
		}
	}
}

func (s *Score) risks(ctx context.Context, sql string, args ...any) ([]Risk, error) {
	found, err := s.pool.Query(ctx, s.sql(sql), args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, func(row pgx.CollectableRow) (r Risk, err error) {
		var reasons []byte
		if err := row.Scan(&r.Customer, &r.Run, &r.Probability, &r.RecencyOnly, &reasons); err != nil {
			return r, err
		}
		return r, json.Unmarshal(reasons, &r.Reasons)
	})
}

// Erase removes what all runs found about a customer. It has to come after the
// set of profiles has erased the customer, as in the order in which data flows:
// then a run that is under way does not bring the customer back.
func (s *Score) Erase(ctx context.Context, customer clm.CustomerID) error {
	if _, err := s.pool.Exec(ctx, s.sql(sqlEraseRisks), s.db.Tenant(), customer); err != nil {
		return fmt.Errorf("river: erase from risks: %w", err)
	}
	return nil
}

// Export writes what the runs found about a customer, a line for each, by run.
func (s *Score) Export(ctx context.Context, customer clm.CustomerID, w io.Writer) error {
	found, err := s.risks(ctx, sqlRisksOf, s.db.Tenant(), customer)
	if err != nil {
		return fmt.Errorf("river: export risks: %w", err)
	}
	lines := json.NewEncoder(w)
	for _, r := range found {
		if err := lines.Encode(map[string]Risk{"risk": r}); err != nil {
			return fmt.Errorf("river: export risks: %w", err)
		}
	}
	return nil
}

// Forget removes a run with its risks, a thousand at a time. Jobs that are left
// of it are cancelled.
func (s *Score) Forget(ctx context.Context, run string) error {
	if err := s.forget(ctx, run); err != nil {
		return err
	}
	for {
		gone, err := s.pool.Exec(ctx, s.sql(sqlForgetRisks), s.db.Tenant(), run, page)
		if err != nil {
			return fmt.Errorf("river: forget score %s: %w", run, err)
		}
		if gone.RowsAffected() < page {
			return nil
		}
	}
}

var (
	_ clm.Eraser   = (*Score)(nil)
	_ clm.Exporter = (*Score)(nil)
)
