package main

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/recommend"
	"github.com/clmkit/clmkit/store/sqlite"
)

// records are where the loop keeps what it knows: in memory, or in one file.
type records struct {
	log      clm.Log
	profiles profile.Store
	file     *sqlite.DB // nil in memory
}

// keep opens the file at path, or memory when there is no path. The clock is
// the shop's.
func keep(ctx context.Context, path string, now func() time.Time) (*records, error) {
	if path == "" {
		return &records{log: clm.NewMemory(&clm.MemoryOptions{Now: now}), profiles: new(profile.Memory)}, nil
	}
	db, err := sqlite.Open(ctx, path, &sqlite.Options{Now: now})
	if err != nil {
		return nil, err
	}
	return &records{log: db.Log(), profiles: db.Profiles(""), file: db}, nil
}

func (r *records) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// held returns how many events a file was given before this run.
func (r *records) held(ctx context.Context) (int, error) {
	if r.file == nil {
		return 0, nil
	}
	ends, err := r.file.Log().Ends(ctx)
	n := 0
	for _, end := range ends {
		n += int(end)
	}
	return n, err
}

// stock writes the catalogue to the file.
func (s *story) stock(ctx context.Context) (err error) {
	if s.file == nil {
		return nil
	}
	if s.summary.Held, err = s.held(ctx); err != nil {
		return err
	}
	items := make([]clm.Item, 0, s.catalogue.Len())
	for i := range s.catalogue.All {
		items = append(items, *i)
	}
	return s.file.Items().Put(ctx, items...)
}

// show writes down what the customer was shown, so that what they do next can
// be held against it.
func (s *story) show(ctx context.Context, list *recommend.Result) error {
	if s.file == nil {
		return nil
	}
	e := clm.Exposure{
		Decision: fmt.Sprintf("storefront/%s/%s", s.customer, s.at.Format(time.DateOnly)),
		Customer: clm.CustomerID(s.customer), Time: s.at, Surface: "summary", Policy: string(list.Path),
	}
	for _, item := range list.Items {
		e.Shown = append(e.Shown, clm.Shown{Item: item.ID, Score: item.Score})
	}
	return s.file.Exposures().Expose(ctx, e)
}
