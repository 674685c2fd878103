-- Every key begins with the tenant. Texts are compared by their bytes.

-- A run is one rebuild, or one scoring, of all customers.
--   version    of what does the work; a run is not continued by another one
--   plan       what all its jobs have to know, as JSON
--   customers  how many there were when it was planned
--   open       the ranges that are not done; who makes it 0 ends the run
CREATE TABLE {schema}.runs (
	tenant    text COLLATE "C",
	kind      text COLLATE "C",
	name      text COLLATE "C",
	version   text COLLATE "C" NOT NULL,
	plan      text NOT NULL,
	customers bigint NOT NULL,
	open      integer NOT NULL,
	planned   timestamptz NOT NULL DEFAULT now(),
	finished  timestamptz,
	PRIMARY KEY (tenant, kind, name)
);

-- The ranges of a run. They cover all customers that there can be.
--   through  the last customer of the range; '' in the last range, which is open
--   cursor   the last customer that is done, at first the end of the range before
--            (both are emptied when the range is closed)
--   done     how many are done
--   moved    when the cursor moved, or a job was inserted
CREATE TABLE {schema}.ranges (
	tenant  text COLLATE "C",
	kind    text COLLATE "C",
	name    text COLLATE "C",
	number  integer,
	through text COLLATE "C" NOT NULL,
	cursor  text COLLATE "C" NOT NULL,
	done    bigint NOT NULL DEFAULT 0,
	closed  boolean NOT NULL DEFAULT false,
	moved   timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant, kind, name, number)
);

-- What a scoring found. Begins with the customer because of erasing.
CREATE TABLE {schema}.risks (
	tenant       text COLLATE "C",
	customer     text COLLATE "C",
	run          text COLLATE "C",
	risk         double precision NOT NULL,
	recency_only double precision NOT NULL,
	reasons      text NOT NULL,
	PRIMARY KEY (tenant, customer, run)
);
CREATE INDEX risks_order ON {schema}.risks (tenant, run, (-risk), customer);
