package postgres

import (
	"strconv"
	"strings"
)

// What is PostgreSQL's own, or pgvector's, and what another engine will want in
// other words.

// sqlNow is the clock of the database now, and not at the transaction's
// beginning, before it waited for a lock.
const sqlNow = `SELECT clock_timestamp()`

const (
	// sqlVacuum rewrites a table and its indexes.
	sqlVacuum = `VACUUM (FULL, ANALYZE) {schema}.{table}`
	// sqlOwner asks what the server checks before it rewrites anything.
	sqlOwner = `SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()`
	// sqlVacuumStatistics rewrites what the planner knows of all columns: the
	// samples of their values that it had before the tables were analysed anew.
	sqlVacuumStatistics = `VACUUM (FULL) pg_catalog.pg_statistic`
)

const sqlExtension = `CREATE EXTENSION IF NOT EXISTS vector`

const (
	sqlCreateSet = `
CREATE TABLE {schema}.{set} (
	tenant     integer,
	id         text COLLATE "C",
	customer   text COLLATE "C" NOT NULL,
	tags       text[] COLLATE "C" NOT NULL,
	attributes text COLLATE "C" NOT NULL,
	embedding  vector({dimension}) NOT NULL,
	PRIMARY KEY (tenant, id)
)`
	sqlIndexCustomer = `CREATE INDEX ON {schema}.{set} (tenant, customer)`
	sqlIndexTags     = `CREATE INDEX ON {schema}.{set} USING gin (tags)`
	sqlIndexWhole    = `CREATE INDEX ON {schema}.{set} USING hnsw (embedding vector_cosine_ops)`
	sqlIndexHalf     = `CREATE INDEX ON {schema}.{set} USING hnsw ((embedding::halfvec({dimension})) halfvec_cosine_ops)`
)

// ddl returns the statements that make a set.
func (s vectorSet) ddl() []string {
	if s.half {
		return []string{sqlCreateSet, sqlIndexCustomer, sqlIndexTags, sqlIndexHalf}
	}
	return []string{sqlCreateSet, sqlIndexCustomer, sqlIndexTags, sqlIndexWhole}
}

// largest returns the largest dimension that pgvector makes an index of.
func (o *VectorOptions) largest() int {
	if o.Half {
		return 4000
	}
	return 2000
}

// sqlTune sets the width of an index search for the transaction, and lets it go on
// until enough rows pass the filter. Without that a filter leaves fewer than were
// asked for, and says nothing.
const sqlTune = `
SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true)`

// sqlTagged is a condition of a filter.
const sqlTagged = ` AND tags && ${n}::text[]`

const (
	// sqlScan is exact: what it orders by is nothing that an index has.
	sqlScan = `
SELECT id, 1 - (embedding <=> $3::vector) AS score FROM {schema}.{set} WHERE tenant = $1 {filter}
ORDER BY score DESC, id LIMIT $2`

	sqlSearchWhole = `
SELECT id, 1 - distance AS score FROM (
	SELECT id, embedding <=> $3::vector AS distance FROM {schema}.{set} WHERE tenant = $1 {filter}
	ORDER BY embedding <=> $3::vector LIMIT $4
) AS near ORDER BY score DESC, id LIMIT $2`

	sqlSearchHalf = `
SELECT id, 1 - (embedding <=> $3::vector) AS score FROM (
	SELECT id, embedding FROM {schema}.{set} WHERE tenant = $1 {filter}
	ORDER BY embedding::halfvec({dimension}) <=> $3::vector::halfvec({dimension}) LIMIT $4
) AS near ORDER BY score DESC, id LIMIT $2`
)

// search returns the statement that asks the set's index.
func (s vectorSet) search() string {
	if s.half {
		return sqlSearchHalf
	}
	return sqlSearchWhole
}

// setSQL returns a statement about a set of vectors, whose name is made of letters
// that need no quotes.
func (db *DB) setSQL(statement string, s vectorSet) string {
	return db.sql(strings.NewReplacer("{set}", "vectors_"+s.name, "{dimension}", strconv.Itoa(s.dimension)).Replace(statement))
}

// tableSQL returns a statement about a table.
func (db *DB) tableSQL(statement, table string) string {
	return db.sql(strings.ReplaceAll(statement, "{table}", table))
}
