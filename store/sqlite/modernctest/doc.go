// Package modernctest runs the suites of store/sqlite over modernc.org/sqlite, a
// translation of SQLite to Go of which store/sqlite knows nothing. It is a module
// of its own, so that no program has to load that driver for store/sqlite.
package modernctest
