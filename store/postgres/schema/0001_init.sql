-- Every key begins with the tenant, which is the column to distribute by.
-- Texts that are compared or ordered are compared by their bytes.

-- What a tenant's store knows as a whole. In all other tables a tenant is its
-- number, which keeps the keys short.
--   partitions  the number of partitions of the log, fixed when it is made
--   revision    the erasures from profiles and the replays: part of every mark
CREATE TABLE {schema}.tenants (
	tenant     integer PRIMARY KEY,
	name       text COLLATE "C" NOT NULL UNIQUE,
	partitions integer NOT NULL,
	revision   bigint NOT NULL DEFAULT 0
);

-- The position of the last event of each partition that has had one. It never
-- goes back, whatever is erased. A writer holds the row from before it writes
-- its events until they are committed: that is what makes events become visible
-- in the order of their positions.
CREATE TABLE {schema}.partitions (
	tenant    integer,
	partition integer,
	last      bigint NOT NULL,
	PRIMARY KEY (tenant, partition)
);

CREATE TABLE {schema}.events (
	tenant    integer,
	partition integer,
	position  bigint,
	id        text COLLATE "C" NOT NULL,
	customer  text COLLATE "C" NOT NULL,
	body      text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, partition, position),
	UNIQUE (tenant, id)
);
-- Without the position, equal keys are kept once.
CREATE INDEX events_customer ON {schema}.events (tenant, customer);

-- The customer comes before the set in the key: ranges of customers are read from
-- one set, of which there are few, and a customer is erased from all.
CREATE TABLE {schema}.profiles (
	tenant   integer,
	customer text COLLATE "C",
	name     text COLLATE "C",
	body     text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, customer, name)
);

CREATE TABLE {schema}.marks (
	tenant    integer,
	name      text COLLATE "C",
	partition integer,
	position  bigint NOT NULL,
	PRIMARY KEY (tenant, name, partition)
);

-- Events that a set of profiles refused, with the text of the refusal.
CREATE TABLE {schema}.dead_letters (
	tenant    integer,
	name      text COLLATE "C",
	partition integer,
	position  bigint,
	customer  text COLLATE "C" NOT NULL,
	body      text COLLATE "C" NOT NULL,
	refusal   text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, name, partition, position)
);
CREATE INDEX dead_letters_customer ON {schema}.dead_letters (tenant, customer);

-- One row per group, which a claim holds, so that claims come one after another.
CREATE TABLE {schema}.groups (
	tenant integer,
	name   text COLLATE "C",
	PRIMARY KEY (tenant, name)
);

-- The slots of every group. A slot without an owner has been left, or is known
-- from a fence alone.
CREATE TABLE {schema}.slots (
	tenant  integer,
	name    text COLLATE "C",
	slot    integer,
	owner   text COLLATE "C" NOT NULL,
	epoch   bigint NOT NULL,
	expires timestamptz NOT NULL,
	PRIMARY KEY (tenant, name, slot)
);

CREATE TABLE {schema}.members (
	tenant  integer,
	name    text COLLATE "C",
	owner   text COLLATE "C",
	expires timestamptz NOT NULL,
	PRIMARY KEY (tenant, name, owner)
);

CREATE TABLE {schema}.items (
	tenant integer,
	id     text COLLATE "C",
	body   text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, id)
);

-- Times are whole seconds since 1970 and the nanoseconds beyond: together they
-- hold every time that Go has.
CREATE TABLE {schema}.exposures (
	tenant   integer,
	decision text COLLATE "C",
	customer text COLLATE "C" NOT NULL,
	seconds  bigint NOT NULL,
	nanos    integer NOT NULL,
	body     text COLLATE "C" NOT NULL,
	PRIMARY KEY (tenant, decision)
);
CREATE INDEX exposures_time ON {schema}.exposures (tenant, seconds, nanos, decision);
CREATE INDEX exposures_customer ON {schema}.exposures (tenant, customer, seconds, nanos, decision);

-- The secret key of each customer. A key that was forgotten has no customer.
CREATE TABLE {schema}.keys (
	tenant   integer,
	id       text COLLATE "C",
	customer text COLLATE "C",
	key      bytea,
	PRIMARY KEY (tenant, id),
	UNIQUE (tenant, customer)
);

-- The sets of vectors, each of which has a table of its own that all tenants
-- share. It has no tenant, and no personal data.
CREATE TABLE {schema}.vector_sets (
	name      text COLLATE "C" PRIMARY KEY,
	dimension integer NOT NULL,
	half      boolean NOT NULL
);
