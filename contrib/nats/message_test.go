package nats

import (
	"fmt"
	"testing"
	"time"

	"github.com/clmkit/clmkit/clm"
	natsgo "github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"id":"e-1","customer":"c-1","kind":"viewed","time":"2026-01-05T09:00:00Z","item":"i-1"}`))
	f.Add([]byte(`{"id":"","customer":"c"}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := decode(data)
		if err != nil || e.Validate(time.Now()) != nil {
			return
		}
		again, err := encode(e)
		require.NoError(t, err)
		back, err := decode(again)
		require.NoError(t, err)
		e.Time = e.Time.UTC()
		require.Equal(t, e, back)
	})
}

func FuzzPart(f *testing.F) {
	for _, s := range []string{"", "1/1", "2/5", "5/2", "0/3", "1/1001", "a/b", "1/", "/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		part, of, err := partOf(natsgo.Header{headerPart: []string{text}})
		if err == nil {
			require.True(t, 1 <= part && part <= of && of <= MaxMessages)
		}
	})
}

func TestALetterComesBackFromItsParts(t *testing.T) {
	l := &Log{name: "clm", partitions: 3}
	rapid.Check(t, func(t *rapid.T) {
		l.part = rapid.IntRange(16, 400).Draw(t, "part")
		e := clm.Event{
			ID: rapid.StringN(1, 20, 80).Draw(t, "id"), Customer: clm.CustomerID(rapid.StringN(1, 20, 80).Draw(t, "customer")),
			Kind: clm.Messaged, Time: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "time"), 0).UTC(), Text: rapid.StringN(1, 300, 900).Draw(t, "text"),
		}
		if e.Validate(time.Unix(5e9, 0)) != nil {
			return
		}
		one, err := l.letter(&e)
		require.NoError(t, err)
		var open puzzle
		for i, m := range one.messages() {
			entry, whole, err := open.add(message{sequence: uint64(i + 1), header: m.Header, data: m.Data})
			require.NoError(t, err)
			require.Equal(t, i == len(one.parts)-1, whole)
			if whole {
				require.Equal(t, clm.Entry{Position: clm.Position(len(one.parts)), Event: e}, entry)
			}
		}
	})
}

func TestASubjectShowsNoID(t *testing.T) {
	l := &Log{name: "clm", partitions: 8, part: 1000}
	e := clm.Event{ID: "order 17 > *", Customer: "jane.doe@example.com", Kind: clm.SignedUp}
	one, err := l.letter(&e)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("clm.%d.%s.%s", clm.PartitionOf(e.Customer, 8), token(e.ID), token("jane.doe@example.com")), one.subject)
	require.NotContains(t, one.subject, "jane")
}

func TestLocalTimesWithSecondsKeepTheirMoment(t *testing.T) {
	e := clm.Event{ID: "e", Customer: "c", Kind: clm.SignedUp, Time: time.Unix(1e9, 7).In(time.FixedZone("LMT", 3209))}
	data, err := encode(e)
	require.NoError(t, err)
	back, err := decode(data)
	require.NoError(t, err)
	require.True(t, e.Time.Equal(back.Time))
}
