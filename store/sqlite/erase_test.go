package sqlite_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
	"github.com/clmkit/clmkit/store/sqlite"
	"github.com/clmkit/clmkit/vector"
)

// canary returns the mark that is in every text of a customer.
func canary(customer int) string { return fmt.Sprintf("canary%04dx", customer) }

// told returns n events of a number of customers in which everything that can
// hold text holds the customer's canary, with ids in no order.
func told(n, customers int) []clm.Event {
	random := rand.New(rand.NewPCG(3, 4))
	events := make([]clm.Event, n)
	for i := range events {
		c := random.IntN(customers)
		mark := canary(c)
		e := clm.Event{
			ID: fmt.Sprintf("%08x-%s-%d", random.Uint32(), mark, i), Customer: clm.CustomerID(mark), Time: clmtest.Start.Add(time.Duration(i) * time.Minute),
			Session: "session " + mark, Channel: "web", Kind: clm.Searched, Query: "query " + mark,
		}
		switch i % 4 {
		case 1:
			e.Kind, e.Query, e.Order = clm.Ordered, "", "order "+mark
			e.Lines = []clm.Line{{Item: "i-1", Quantity: 1, Amount: clm.Money{Minor: 500, Currency: "EUR"}}}
		case 2:
			e.Kind, e.Query, e.Text = clm.Messaged, "", string(bytes.Repeat([]byte("text "+mark+" "), random.IntN(120)))+mark
		case 3:
			e.Kind, e.Query, e.Purpose, e.Granted = clm.Consented, "", "purpose "+mark, true
		}
		events[i] = e
	}
	return events
}

// traces returns the number of times a text stands in the file and in those
// beside it.
func traces(t *testing.T, path, text string) int {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	n := 0
	for _, f := range files {
		content, err := os.ReadFile(f)
		require.NoError(t, err)
		n += bytes.Count(content, []byte(text))
	}
	return n
}

// fill appends events in small batches, folds them into two sets of profiles,
// and adds exposures, vectors and dead letters.
func fill(t *testing.T, db *sqlite.DB, n, customers int) {
	t.Helper()
	for i, e := 0, told(n, customers); i < n; i += 50 {
		require.NoError(t, db.Log().Append(t.Context(), e[i:i+50]...))
		for _, set := range []string{"", "rebuilt"} {
			view := profile.NewView(db.Profiles(set), profile.NewFolder(profiletest.Catalogue(), nil))
			_, err := clm.CatchUp(t.Context(), db.Log(), nil, view)
			require.NoError(t, err)
		}
	}
	for c := range customers {
		_, _, err := db.Keys().Keys(t.Context(), []clm.CustomerID{clm.CustomerID(canary(c))})
		require.NoError(t, err)
	}
	mark, err := db.Profiles("").Mark(t.Context(), 0)
	require.NoError(t, err)
	change := profile.Change{After: mark, Through: mark.Position}
	for i, e := range told(n/20, customers) {
		change.Aside = append(change.Aside, clm.Aside{Position: clm.Position(i + 1), Event: e, Err: fmt.Errorf("refused %s", e.ID)})
		require.NoError(t, db.Exposures().Expose(t.Context(), clm.Exposure{Decision: "decision " + e.ID, Customer: e.Customer, Time: e.Time}))
		record := vector.Record{ID: "vector " + e.ID, Vector: []float32{1, float32(i)}, Attributes: map[string]string{vector.Customer: string(e.Customer)}}
		require.NoError(t, db.Vectors("model").Upsert(t.Context(), record))
	}
	require.NoError(t, db.Profiles("").Commit(t.Context(), change))
}

func TestErasingLeavesNoByteOfACustomer(t *testing.T) {
	const customers = 12
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openAt(t, path, &sqlite.Options{Now: later})
	fill(t, db, 1500, customers)
	for c := range customers {
		_, keys, err := db.Keys().Keys(t.Context(), []clm.CustomerID{clm.CustomerID(canary(c))})
		require.NoError(t, err)
		require.Positive(t, traces(t, path, canary(c)), "the control: the customer is there before")
		require.Positive(t, traces(t, path, string(keys[0])), "and the key")
		require.NoError(t, db.Erase(t.Context(), clm.CustomerID(canary(c))))
		require.Zero(t, traces(t, path, canary(c)), "customer %d", c)
		require.Zero(t, traces(t, path, string(keys[0])), "key of customer %d", c)
	}
	require.Zero(t, traces(t, path, "canary"))
}
