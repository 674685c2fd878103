-- What the file as a whole knows. There is one row.
--   partitions  the number of partitions of the log, fixed when the file is made
--   revision    the erasures from profiles and the replays: part of every mark
--   traces      1 from the transaction that erases until nothing of the erased
--               is left in the write-ahead log either
CREATE TABLE state (
	one        INTEGER PRIMARY KEY CHECK (one = 1),
	partitions INTEGER NOT NULL,
	revision   INTEGER NOT NULL DEFAULT 0,
	traces     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The position of the last event of each partition that has had one. It never
-- goes back, whatever is erased.
CREATE TABLE partitions (
	partition INTEGER PRIMARY KEY,
	last      INTEGER NOT NULL
) STRICT;

-- The key is the partition times 2^40 plus the position. Events have no index
-- by customer: it would make each event dirty a page of its own.
CREATE TABLE events (
	key      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	customer TEXT NOT NULL,
	body     TEXT NOT NULL
) STRICT;

CREATE TABLE profile_sets (
	id   INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE profiles (
	key         INTEGER PRIMARY KEY,
	profile_set INTEGER NOT NULL,
	customer    TEXT NOT NULL,
	body        TEXT NOT NULL,
	UNIQUE (profile_set, customer)
) STRICT;

CREATE TABLE marks (
	profile_set INTEGER NOT NULL,
	partition   INTEGER NOT NULL,
	position    INTEGER NOT NULL,
	PRIMARY KEY (profile_set, partition)
) STRICT, WITHOUT ROWID;

-- Events that a set of profiles refused, with the text of the refusal.
CREATE TABLE dead_letters (
	key         INTEGER PRIMARY KEY,
	profile_set INTEGER NOT NULL,
	partition   INTEGER NOT NULL,
	position    INTEGER NOT NULL,
	customer    TEXT NOT NULL,
	body        TEXT NOT NULL,
	refusal     TEXT NOT NULL,
	UNIQUE (profile_set, partition, position)
) STRICT;

-- The slots of every group. A slot without an owner has been left, or is known
-- from a fence alone. Times are nanoseconds since 1970.
CREATE TABLE slots (
	name    TEXT NOT NULL,
	slot    INTEGER NOT NULL,
	owner   TEXT NOT NULL,
	epoch   INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (name, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
	name    TEXT NOT NULL,
	owner   TEXT NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (name, owner)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
	key  INTEGER PRIMARY KEY,
	id   TEXT NOT NULL UNIQUE,
	body TEXT NOT NULL
) STRICT;

-- Times are whole seconds since 1970 and the nanoseconds beyond: together they
-- hold every time that Go has.
CREATE TABLE exposures (
	key      INTEGER PRIMARY KEY,
	decision TEXT NOT NULL UNIQUE,
	customer TEXT NOT NULL,
	seconds  INTEGER NOT NULL,
	nanos    INTEGER NOT NULL,
	body     TEXT NOT NULL
) STRICT;
CREATE INDEX exposures_time ON exposures (seconds, nanos, decision);
CREATE INDEX exposures_customer ON exposures (customer, seconds, nanos, decision);

-- The version grows with each write to the set; removed is the version of the
-- last write that took records away. The copy in a process is brought up to date
-- by what was written after its own version, and made anew after a removal.
CREATE TABLE vector_sets (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	name      TEXT NOT NULL UNIQUE,
	dimension INTEGER NOT NULL,
	version   INTEGER NOT NULL,
	removed   INTEGER NOT NULL
) STRICT;

-- Vectors are float32 numbers, little-endian, as they were given.
CREATE TABLE vectors (
	key         INTEGER PRIMARY KEY,
	vector_set INTEGER NOT NULL,
	id         TEXT NOT NULL,
	version    INTEGER NOT NULL,
	customer   TEXT,
	attributes TEXT,
	vector     BLOB NOT NULL,
	UNIQUE (vector_set, id)
) STRICT;
CREATE INDEX vectors_version ON vectors (vector_set, version);
CREATE INDEX vectors_customer ON vectors (customer) WHERE customer IS NOT NULL;

-- The secret key of each customer. A key that was forgotten has no customer.
CREATE TABLE keys (
	id       TEXT PRIMARY KEY,
	customer TEXT UNIQUE,
	key      BLOB
) STRICT, WITHOUT ROWID;
