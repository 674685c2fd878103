package river

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/clmkit/clmkit/churn"
	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/store/postgres"
	"github.com/jackc/pgx/v5"
)

// A rating rates the customers of a range.
type rating struct {
	*Score
	run  string
	what Scoring
	set  *postgres.Profiles
}

// risks are rows as columns.
type risks struct {
	customers, reasons []string
	risks, recency     []float64
}

const sqlPutRisks = `
INSERT INTO {schema}.risks (tenant, run, customer, risk, recency_only, reasons)
SELECT $1, $2, r.customer, r.risk, r.recency_only, r.reasons
FROM unnest($3::text[], $4::double precision[], $5::double precision[], $6::text[])
	AS r (customer, risk, recency_only, reasons)
ON CONFLICT (tenant, customer, run) DO UPDATE
SET risk = excluded.risk, recency_only = excluded.recency_only, reasons = excluded.reasons`

// read rates the next customers.
func (r *rating) read(ctx context.Context, after, end clm.CustomerID, size int) (*chunk, error) {
	mark, err := r.set.Mark(ctx, 0)
	if err != nil {
		return nil, err
	}
	var found risks
	c := &chunk{through: after, last: true}
	for p, err := range r.set.Range(ctx, after, end) {
		if err != nil {
			return nil, err
		}
		if err := r.add(&found, p); err != nil {
			return nil, err
		}
		c.through = p.Customer
		if c.customers++; c.customers == size {
			c.last = c.through == end // another look would cost a page
			break
		}
	}
	c.write = func(ctx context.Context, tx pgx.Tx) error { return r.write(ctx, tx, mark.Revision, &found) }
	return c, nil
}

// add rates a customer, if the model's definition speaks of them.
func (r *rating) add(found *risks, p *profile.Profile) error {
	risk, err := r.what.Model.Risk(p, r.what.At)
	if errors.Is(err, churn.ErrPopulation) {
		return nil
	}
	if err != nil {
		return err
	}
	reasons := risk.Reasons[:max(0, min(len(risk.Reasons), r.what.Reasons))]
	text, err := json.Marshal(reasons)
	if err != nil {
		return fmt.Errorf("reasons of a risk: %w", err)
	}
	found.customers = append(found.customers, string(p.Customer))
	found.risks = append(found.risks, float64(risk.Probability))
	found.recency = append(found.recency, float64(risk.RecencyOnly))
	found.reasons = append(found.reasons, string(text))
	return nil
}

// write writes the ratings. The write of no profiles before it compares the count
// of erasures and locks it, so that nobody is erased until the commit.
func (r *rating) write(ctx context.Context, tx pgx.Tx, erasures uint64, found *risks) error {
	err := r.set.WriteTx(ctx, tx, erasures)
	if errors.Is(err, clm.ErrFenced) {
		return fmt.Errorf("%w: %w", errErased, err)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, r.sql(sqlPutRisks), r.db.Tenant(), r.run, found.customers, found.risks, found.recency, found.reasons)
	return err
}
