package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// Leases are the [clm.Leases] of a file. Their clock is that of the machine,
// which all processes that have the file open share. See [Options.Now].
type Leases struct{ db *DB }

// Leases returns the leases of the file. A set of profiles in the same file
// knows of a new owner of a slot from the claim on.
func (db *DB) Leases() *Leases { return &Leases{db} }

// Claim renews the member's leases and takes its share, in one transaction.
func (l *Leases) Claim(ctx context.Context, m clm.Member) ([]clm.Lease, error) {
	if m.Slots < 1 || m.TTL <= 0 {
		return nil, fmt.Errorf("sqlite: member %s of group %s: %d slots for %s", m.Owner, m.Group, m.Slots, m.TTL)
	}
	var held []clm.Lease
	err := l.db.write(ctx, "claim leases of group "+m.Group, func(c *conn) error {
		now := l.db.now()
		living, err := enter(c, m, now)
		if err != nil {
			return err
		}
		slots, err := slotsOf(c, m)
		if err != nil {
			return err
		}
		var changed []int
		held, changed = clm.Share(m, slots, living, now)
		return putSlots(c, m.Group, slots, changed)
	})
	if err != nil {
		return nil, err
	}
	return held, nil
}

// enter notes that the member is alive, forgets those that are not, and returns
// how many are.
func enter(c *conn, m clm.Member, now time.Time) (living int, err error) {
	_, err = c.exec("INSERT INTO members (name, owner, expires) VALUES (?, ?, ?) ON CONFLICT (name, owner) DO UPDATE SET expires = excluded.expires",
		m.Group, m.Owner, now.Add(m.TTL).UnixNano())
	if err != nil {
		return 0, err
	}
	if _, err := c.exec("DELETE FROM members WHERE name = ? AND expires <= ?", m.Group, now.UnixNano()); err != nil {
		return 0, err
	}
	_, err = c.row("SELECT count(*) FROM members WHERE name = ?", []any{m.Group}, &living)
	return living, err
}

func slotsOf(c *conn, m clm.Member) ([]clm.Slot, error) {
	slots := make([]clm.Slot, m.Slots)
	var number int
	var expires int64
	var s clm.Slot
	err := c.rows("SELECT slot, owner, epoch, expires FROM slots WHERE name = ? AND slot >= 0 AND slot < ?", []any{m.Group, m.Slots},
		func(scan func(...any) error) (bool, error) {
			if err := scan(&number, &s.Owner, &s.Epoch, &expires); err != nil {
				return false, err
			}
			s.Expires = time.Unix(0, expires)
			slots[number] = s
			return true, nil
		})
	return slots, err
}

func putSlots(c *conn, group string, slots []clm.Slot, changed []int) error {
	for _, i := range changed {
		_, err := c.exec("INSERT OR REPLACE INTO slots (name, slot, owner, epoch, expires) VALUES (?, ?, ?, ?, ?)",
			group, i, slots[i].Owner, int64(slots[i].Epoch), slots[i].Expires.UnixNano())
		if err != nil {
			return err
		}
	}
	return nil
}

// Leave ends the membership and frees the member's leases.
func (l *Leases) Leave(ctx context.Context, m clm.Member) error {
	return l.db.write(ctx, "leave group "+m.Group, func(c *conn) error {
		if _, err := c.exec("DELETE FROM members WHERE name = ? AND owner = ?", m.Group, m.Owner); err != nil {
			return err
		}
		_, err := c.exec("UPDATE slots SET owner = '', expires = ? WHERE name = ? AND owner = ?", l.db.now().UnixNano(), m.Group, m.Owner)
		return err
	})
}
