package main

import (
	"context"

	"github.com/clmkit/clmkit/internal/kill"
	"github.com/clmkit/clmkit/store/postgres"
)

func openPostgres(ctx context.Context, url string) (*kill.Shop, error) {
	db, err := postgres.Open(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return &kill.Shop{Log: db.Log(), Profiles: db.Profiles(""), Position: db.Profiles("position"), Leases: db.Leases(), Close: func() error { db.Close(); return nil }}, nil
}
