package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"

	_ "github.com/ncruces/go-sqlite3/driver" // for the control, which goes past the store

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/bench/kill"
	"github.com/clmkit/clmkit/internal/bench/stores"
	"github.com/clmkit/clmkit/store/sqlite"
)

// folder is the engine of store/sqlite.
type folder struct {
	above string // where folders are made; "" is the system's temporary one
	path  string
}

func (f *folder) Flags(flags *flag.FlagSet) {
	flags.StringVar(&f.above, "dir", "", "`folder` to make the file in; default: the system's temporary one")
	flags.StringVar(&f.path, "at", "", "`folder` with the file; the command starts itself with it")
}

func (f *folder) Check() error { return nil }

func (f *folder) Args() []string { return []string{"-engine", "sqlite", "-at", f.path} }

func (f *folder) Settle(context.Context) (func(context.Context) error, error) {
	path, err := os.MkdirTemp(f.above, "clmkit-bench-")
	f.path = path
	return func(context.Context) error { return os.RemoveAll(path) }, err
}

func (f *folder) file() string { return filepath.Join(f.path, "shop.db") }

func (f *folder) Open(ctx context.Context) (*stores.Shop, error) {
	db, err := sqlite.Open(ctx, f.file(), nil)
	if err != nil {
		return nil, err
	}
	return &stores.Shop{
		Shop: kill.Shop{
			Log: db.Log(), Profiles: db.Profiles(""), Position: db.Profiles("position"), Leases: db.Leases(), Close: db.Close,
		},
		Vectors: db.Vectors("portraits"), Exposures: db.Exposures(), Erase: db.Erase, Plain: f.plain,
	}, nil
}

func (f *folder) plain(ctx context.Context, c clm.CustomerID) error {
	db, err := sql.Open("sqlite3", "file:"+f.file())
	if err != nil {
		return err
	}
	var errs []error
	for _, table := range []string{"events", "profiles", "dead_letters", "exposures", "vectors"} {
		_, err := db.ExecContext(ctx, "DELETE FROM "+table+" WHERE customer = ?", string(c))
		errs = append(errs, err)
	}
	return errors.Join(append(errs, db.Close())...)
}

// Traces gives the file, and those that SQLite has beside it.
func (f *folder) Traces(_ context.Context, look func([]byte)) error {
	files, err := filepath.Glob(filepath.Join(f.path, "*"))
	if err != nil {
		return err
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		look(b)
	}
	return nil
}
