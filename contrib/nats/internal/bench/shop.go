package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/contrib/nats"
	"github.com/clmkit/clmkit/internal/bench/kill"
	"github.com/clmkit/clmkit/internal/bench/stores"
	"github.com/clmkit/clmkit/store/sqlite"
)

// Open opens the log in the cluster, and everything else in the SQLite file.
func (f *fleet) Open(ctx context.Context) (*stores.Shop, error) {
	conn, err := natsgo.Connect(f.url, natsgo.MaxReconnects(-1), natsgo.RetryOnFailedConnect(true))
	if err != nil {
		return nil, err
	}
	log, err := nats.Open(ctx, conn, &nats.Options{Stream: stream, Replicas: nodes})
	if err != nil {
		conn.Close()
		return nil, err
	}
	db, err := sqlite.Open(ctx, filepath.Join(f.path, "shop.db"), nil)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &stores.Shop{
		Shop: kill.Shop{
			Log: log, Profiles: db.Profiles(""), Position: db.Profiles("position"), Leases: db.Leases(),
			Close: func() error {
				conn.Close()
				return db.Close()
			},
		},
		Vectors: db.Vectors("portraits"), Exposures: db.Exposures(),
		Erase: func(ctx context.Context, c clm.CustomerID) error { return clm.Erase(ctx, c, log, db) },
		Plain: func(ctx context.Context, c clm.CustomerID) error {
			return errors.Join(deletePlainly(ctx, conn, c), db.Erase(ctx, c))
		},
	}, nil
}

// deletePlainly deletes messages as the servers' own command does, which leaves
// their bytes in the files.
func deletePlainly(ctx context.Context, conn *natsgo.Conn, c clm.CustomerID) error {
	js, err := jetstream.New(conn)
	if err != nil {
		return err
	}
	s, err := js.Stream(ctx, stream)
	if err != nil {
		return err
	}
	for sequence := s.CachedInfo().State.FirstSeq; sequence <= s.CachedInfo().State.LastSeq; sequence++ {
		m, err := s.GetMsg(ctx, sequence)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if !bytes.Contains(m.Data, []byte(c)) {
			continue
		}
		if err := s.DeleteMsg(ctx, sequence); err != nil {
			return err
		}
	}
	return nil
}

// Traces gives every file of the servers and of SQLite.
func (f *fleet) Traces(_ context.Context, look func([]byte)) error {
	return filepath.WalkDir(f.path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return skipGone(err)
		}
		b, err := os.ReadFile(path)
		look(b)
		return skipGone(err)
	})
}

// skipGone forgives files that the servers have removed meanwhile.
func skipGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
