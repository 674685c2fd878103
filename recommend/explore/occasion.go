package explore

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/clmkit/clmkit/clm"
)

// An Occasion is one moment at which something is decided for a customer. The same
// occasion always gets the same decision id and the same random numbers, so that a
// list can be made again, and a retry is the same decision.
type Occasion struct {
	// Seed is the shop's own number. Who knows it can tell from an id whether it
	// belongs to a customer and a time, so keep it where other secrets are.
	Seed     uint64
	Customer clm.CustomerID
	At       time.Time
	Surface  string // where the list is shown: "home", "cart"; two at a time are two occasions
}

// Decision returns an id for [clm.Exposure.Decision] and [clm.Event.Decision]: a UUID
// of version 8 (RFC 9562) that begins with the milliseconds of the time, so that
// ids are in the order of their occasions. The rest is a hash.
func (o Occasion) Decision() string {
	id := o.hash("decision")
	binary.BigEndian.PutUint64(id[:8], uint64(o.At.UnixMilli())<<16|uint64(id[6])<<8|uint64(id[7]))
	id[6] = id[6]&0x0f | 0x80 // version 8
	id[8] = id[8]&0x3f | 0x80 // variant of RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// Random returns the occasion's random numbers, from the beginning. It is not safe for
// concurrent use.
func (o Occasion) Random() *rand.Rand { return rand.New(rand.NewChaCha8(o.hash("random"))) }

// hash mixes what makes the occasion, for one purpose.
func (o Occasion) hash(purpose string) [sha256.Size]byte {
	var text []byte
	text = binary.BigEndian.AppendUint64(text, o.Seed)
	text = binary.BigEndian.AppendUint64(text, uint64(o.At.Unix()))
	text = binary.BigEndian.AppendUint32(text, uint32(o.At.Nanosecond()))
	for _, part := range []string{purpose, string(o.Customer), o.Surface} {
		text = binary.BigEndian.AppendUint64(text, uint64(len(part)))
		text = append(text, part...)
	}
	return sha256.Sum256(text)
}
