-- How the vectors of a set are joined, for the next process that searches them
-- by a graph not to join them anew: what the set had at that version. An erasure
-- from the set takes it away, for it names the records.
CREATE TABLE vector_graphs (
	vector_set INTEGER PRIMARY KEY,
	version    INTEGER NOT NULL,
	links      BLOB NOT NULL
) STRICT;
