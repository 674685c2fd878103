package codec_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/clm"
	"github.com/clmkit/clmkit/clm/clmtest"
	"github.com/clmkit/clmkit/internal/codec"
	"github.com/clmkit/clmkit/profile"
	"github.com/clmkit/clmkit/profile/profiletest"
)

// moment draws times with nanoseconds, in UTC as JSON gives them back.
func moment() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 1<<35).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanos")).UTC()
	})
}

func money() *rapid.Generator[clm.Money] {
	return rapid.Custom(func(t *rapid.T) clm.Money {
		return clm.Money{Minor: rapid.Int64().Draw(t, "minor"), Currency: rapid.SampledFrom([]string{"EUR", "JPY", ""}).Draw(t, "currency")}
	})
}

func event() *rapid.Generator[clm.Event] {
	return rapid.Custom(func(t *rapid.T) clm.Event {
		text := rapid.String()
		e := clm.Event{
			ID: text.Draw(t, "id"), Customer: clm.CustomerID(text.Draw(t, "customer")), Kind: clm.Kind(text.Draw(t, "kind")), Time: moment().Draw(t, "time"),
			Item: clm.ItemID(text.Draw(t, "item")), Quantity: rapid.Int().Draw(t, "quantity"), Order: text.Draw(t, "order"),
			Query: text.Draw(t, "query"), Text: text.Draw(t, "text"), Rating: rapid.Float64Range(-1e300, 1e300).Draw(t, "rating"),
			Session: text.Draw(t, "session"), Channel: text.Draw(t, "channel"), Decision: text.Draw(t, "decision"),
			Purpose: text.Draw(t, "purpose"), Granted: rapid.Bool().Draw(t, "granted"), From: clm.Stage(text.Draw(t, "from")), To: clm.Stage(text.Draw(t, "to")),
		}
		for range rapid.IntRange(0, 3).Draw(t, "lines") {
			e.Lines = append(e.Lines, clm.Line{Item: clm.ItemID(text.Draw(t, "item")), Quantity: rapid.Int().Draw(t, "pieces"), Amount: money().Draw(t, "amount")})
		}
		if rapid.Bool().Draw(t, "inferred") {
			e.Traits = []clm.Trait{{Name: text.Draw(t, "name"), Confidence: 0.5, Seen: e.Time, Evidence: []clm.Evidence{{Quote: text.Draw(t, "quote"), To: 3}}}}
			e.Correction = &clm.Correction{Name: text.Draw(t, "name"), Verdict: clm.Deny}
			e.Alias = clm.CustomerID(text.Draw(t, "alias"))
		}
		return e
	})
}

func item() *rapid.Generator[clm.Item] {
	return rapid.Custom(func(t *rapid.T) clm.Item {
		i := clm.Item{ID: clm.ItemID(rapid.String().Draw(t, "id")), Title: rapid.String().Draw(t, "title"), Price: money().Draw(t, "price"), Added: moment().Draw(t, "added")}
		if rapid.Bool().Draw(t, "tracked") {
			i.Stock = new(rapid.Int().Draw(t, "stock"))
		}
		if n := rapid.IntRange(0, 3).Draw(t, "attributes"); n > 0 {
			i.Attributes = rapid.MapOfN(rapid.String(), rapid.String(), n, n).Draw(t, "attributes")
			i.Categories = rapid.SliceOfN(rapid.String(), n, n).Draw(t, "categories")
		}
		return i
	})
}

func exposure() *rapid.Generator[clm.Exposure] {
	return rapid.Custom(func(t *rapid.T) clm.Exposure {
		e := clm.Exposure{Decision: rapid.String().Draw(t, "decision"), Customer: clm.CustomerID(rapid.String().Draw(t, "customer")), Time: moment().Draw(t, "time")}
		for range rapid.IntRange(0, 3).Draw(t, "shown") {
			e.Shown = append(e.Shown, clm.Shown{Item: clm.ItemID(rapid.String().Draw(t, "item")), Propensity: rapid.Float64Range(0, 1).Draw(t, "propensity"), Score: rapid.Float64Range(-1e9, 1e9).Draw(t, "score")})
		}
		return e
	})
}

// folded draws profiles by folding events, so that they are as profiles are.
func folded() *rapid.Generator[profile.Profile] {
	events := clmtest.Events(300, 1)
	folder := profile.NewFolder(profiletest.Catalogue(), nil)
	return rapid.Custom(func(t *rapid.T) profile.Profile {
		p := profile.New(clm.CustomerID(rapid.String().Draw(t, "customer")))
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			e := events[rapid.IntRange(0, len(events)-1).Draw(t, "event")]
			e.Customer = p.Customer
			if err := folder.Fold(p, &e); err != nil {
				t.Fatalf("fold: %v", err)
			}
		}
		return *p
	})
}

// roundTrip checks that what was written is read back the same, that
// encoding/json reads it the same, and that writing it again gives the same bytes.
func roundTrip[T any](t *testing.T, generator *rapid.Generator[T]) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		v := generator.Draw(t, "value")
		text, err := codec.Encode(&v)
		require.NoError(t, err)
		var got, standard T
		require.NoError(t, codec.Decode(text, &got))
		require.Equal(t, v, got)
		require.NoError(t, json.Unmarshal(text, &standard))
		require.Equal(t, v, standard, "encoding/json")
		again, err := codec.Encode(&got)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}

func TestEventsComeBackAsTheyWere(t *testing.T)    { roundTrip(t, event()) }
func TestItemsComeBackAsTheyWere(t *testing.T)     { roundTrip(t, item()) }
func TestExposuresComeBackAsTheyWere(t *testing.T) { roundTrip(t, exposure()) }
func TestProfilesComeBackAsTheyWere(t *testing.T)  { roundTrip(t, folded()) }

func TestWhatJSONHasNoTextForIsAnError(t *testing.T) {
	_, err := codec.Encode(&clm.Event{Rating: math.NaN()})
	require.ErrorContains(t, err, "clm.Event")
}

func TestWhatIsNoEventIsAnError(t *testing.T) {
	for _, text := range []string{"", "{", "[]", `{"id":7}`, `{"id":"a"} x`, `{"id":"a","id":"b"}`, "{\"id\":\"\xff\"}", `{"time":"yesterday"}`} {
		var e clm.Event
		require.ErrorContains(t, codec.Decode([]byte(text), &e), "clm.Event", text)
	}
	var e clm.Event
	require.NoError(t, codec.Decode([]byte(`{"id":"a","of a newer version":[1,{}]}`), &e))
	require.Equal(t, "a", e.ID)
}

// fuzz checks that whatever is read without an error is written and read again
// as the same, and that encoding/json agrees.
func fuzz[T any](f *testing.F, seed T) {
	text, err := codec.Encode(&seed)
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var v, standard, again T
		if codec.Decode(text, &v) != nil {
			return
		}
		require.NoError(t, json.Unmarshal(text, &standard), "encoding/json reads what this reads")
		written, err := codec.Encode(&v)
		if err != nil {
			return // a time beyond the year 9999
		}
		require.NoError(t, codec.Decode(written, &again))
		rewritten, err := codec.Encode(&again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(rewritten))
	})
}

func FuzzDecodeEvent(f *testing.F) { fuzz(f, clmtest.Events(3, 1)[2]) }

func FuzzDecodeProfile(f *testing.F) { fuzz(f, *profile.New("c")) }

func FuzzDecodeItem(f *testing.F) { fuzz(f, clm.Item{ID: "a", Stock: new(3)}) }

func FuzzDecodeExposure(f *testing.F) { fuzz(f, clm.Exposure{Shown: []clm.Shown{{Item: "a"}}}) }
