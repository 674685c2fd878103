package sqlite

import (
	"context"
	"fmt"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/clmkit/clmkit/profile"
)

// Commit writes a change in one transaction, which it may share with others.
func (p *Profiles) Commit(ctx context.Context, change profile.Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := commit{name: p.name, change: &change}
	if err := c.encode(); err != nil {
		return p.db.fail(ctx, p.doing("commit"), err)
	}
	return p.db.write(ctx, p.doing("commit"), c.run)
}

// A commit is a change with its texts.
type commit struct {
	name    string
	change  *profile.Change
	bodies  []string // of the profiles
	letters []string // of the events set aside
	set     int64
}

func (m *commit) encode() error {
	for _, each := range m.change.Profiles {
		body, err := codec.Encode(each)
		if err != nil {
			return fmt.Errorf("profile of customer %s: %w", each.Customer, err)
		}
		m.bodies = append(m.bodies, string(body))
	}
	for i := range m.change.Aside {
		body, err := codec.Encode(&m.change.Aside[i].Event)
		if err != nil {
			return fmt.Errorf("event %s: %w", m.change.Aside[i].Event.ID, err)
		}
		m.letters = append(m.letters, string(body))
	}
	return nil
}

func (m *commit) run(c *conn) error {
	for _, step := range []func(*conn) error{m.open, m.fence, m.mark, m.replayed, m.aside, m.profiles} {
		if err := step(c); err != nil {
			return err
		}
	}
	return nil
}

// open finds the number of the set, and makes the set when it is new. The number
// is not remembered: the transaction may yet fail.
func (m *commit) open(c *conn) error {
	found, err := c.row(selectProfileSet, []any{m.name}, &m.set)
	if err != nil || found {
		return err
	}
	if _, err := c.exec("INSERT INTO profile_sets (name) VALUES (?)", m.name); err != nil {
		return err
	}
	_, err = c.row(selectProfileSet, []any{m.name}, &m.set)
	return err
}

// fence compares the epoch of the change with the newest that the file knows,
// and remembers a newer one.
func (m *commit) fence(c *conn) error {
	f := m.change.Fence
	if f == (clm.Fence{}) {
		return nil
	}
	var newest uint64
	if _, err := c.row("SELECT epoch FROM slots WHERE name = ? AND slot = ?", []any{f.Group, f.Slot}, &newest); err != nil {
		return err
	}
	if f.Epoch < newest {
		return fmt.Errorf("slot %d of group %s has epoch %d, not %d: %w", f.Slot, f.Group, newest, f.Epoch, clm.ErrFenced)
	}
	if f.Epoch == newest {
		return nil
	}
	_, err := c.exec("INSERT INTO slots (name, slot, owner, epoch, expires) VALUES (?, ?, '', ?, 0) ON CONFLICT (name, slot) DO UPDATE SET owner = '', epoch = excluded.epoch",
		f.Group, f.Slot, int64(f.Epoch))
	return err
}

func (m *commit) mark(c *conn) error {
	partition := m.change.Partition
	at, err := markOf(c, m.set, partition)
	if err != nil {
		return err
	}
	if at != m.change.After {
		return fmt.Errorf("partition %d is at %+v, not at %+v: %w", partition, at, m.change.After, clm.ErrFenced)
	}
	_, err = c.exec("INSERT INTO marks (profile_set, partition, position) VALUES (?, ?, ?) ON CONFLICT (profile_set, partition) DO UPDATE SET position = excluded.position",
		m.set, partition, int64(m.change.Through))
	return err
}

func (m *commit) replayed(c *conn) error {
	for _, position := range m.change.Replayed {
		n, err := c.exec("DELETE FROM dead_letters WHERE profile_set = ? AND partition = ? AND position = ?", m.set, m.change.Partition, int64(position))
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("no dead letter %d in partition %d: %w", position, m.change.Partition, clm.ErrFenced)
		}
	}
	if len(m.change.Replayed) == 0 {
		return nil
	}
	return moveRevision(c)
}

func (m *commit) aside(c *conn) error {
	for i, a := range m.change.Aside {
		_, err := c.exec("INSERT OR REPLACE INTO dead_letters (profile_set, partition, position, customer, body, refusal) VALUES (?, ?, ?, ?, ?, ?)",
			m.set, m.change.Partition, int64(a.Position), string(a.Event.Customer), m.letters[i], a.Err.Error())
		if err != nil {
			return fmt.Errorf("event %s: %w", a.Event.ID, err)
		}
	}
	return nil
}

func (m *commit) profiles(c *conn) error {
	for i, each := range m.change.Profiles {
		_, err := c.exec("INSERT INTO profiles (profile_set, customer, body) VALUES (?, ?, ?) ON CONFLICT (profile_set, customer) DO UPDATE SET body = excluded.body",
			m.set, string(each.Customer), m.bodies[i])
		if err != nil {
			return fmt.Errorf("profile of customer %s: %w", each.Customer, err)
		}
	}
	return nil
}
