package profile_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/clmkit/clmkit/profile"
)

// plain is a profile without methods, whose text encoding/json makes by
// reflection.
type plain profile.Profile

// fill sets everything in a value to something that is not zero.
func fill(v reflect.Value, text string) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(1_700_000_000, 120).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), text+"a")
		fill(v.Index(1), text+"b")
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.25)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	default:
		v.SetInt(-7)
	}
}

func TestProfileTextHasEveryField(t *testing.T) {
	var full profile.Profile
	fill(reflect.ValueOf(&full).Elem(), "x<\"é\x01")
	for _, p := range []profile.Profile{full, {}, *profile.New("c")} {
		want, err := json.Marshal(plain(p))
		require.NoError(t, err)
		got, err := p.AppendJSON([]byte("before"))
		require.NoError(t, err)
		require.Equal(t, "before"+string(want), string(got))
		var back profile.Profile
		require.NoError(t, json.Unmarshal(want, &back))
		require.Equal(t, p, back)
	}
}

func TestProfileWithAYearBeyondJSONIsAnError(t *testing.T) {
	p := profile.New("c")
	p.First = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := p.AppendJSON(nil)
	require.ErrorContains(t, err, "year")
	_, err = json.Marshal(p)
	require.ErrorContains(t, err, "year")
}

func TestWeeklyTextIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p profile.Profile
		for _, label := range rapid.SliceOfNDistinct(rapid.String(), 0, 5, rapid.ID).Draw(t, "labels") {
			for n := range rapid.Int32Range(1, 3).Draw(t, "weeks") {
				p.Categories = append(p.Categories, profile.WeekSum{Label: label, Week: 2900 + n, Sum: rapid.Int64().Draw(t, "sum")})
			}
		}
		text, err := json.Marshal(p.Categories)
		require.NoError(t, err)
		var back, again profile.Weekly
		require.NoError(t, json.Unmarshal(text, &back))
		require.ElementsMatch(t, p.Categories, back)
		text, err = json.MarshalIndent(back, " ", "\t")
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &again))
		require.Equal(t, back, again, "with spaces, and sorted already")
	})
}

func TestCountsThatAreNoneAreErrors(t *testing.T) {
	for _, text := range []string{`[]`, `"x"`, `{"a"}`, `{"a":1}`, `{"a":[1]}`, `{"a":[1,2,3]}`, `{"a":[1.5,2]}`, `{"a":[1,"2"]}`, `{"a":[99999999999,1]}`, `{"a":[1,2],"b":[`, `{"a":[1,2]} 3`, `{`, ``, `{"a":[1,2],`} {
		var w profile.Weekly
		require.Error(t, w.UnmarshalJSON([]byte(text)), text)
	}
	for _, text := range []string{`[1,2,3,4,5,6]`, `[1,2,3,4,5,6,7,8]`, `[1,2,3,4,5,6,-7]`, `[1,2,3,4,5,6,5000000000]`, `{}`, `[1,2,3,4,5,6,7]]`} {
		var c profile.DayCounts
		require.Error(t, c.UnmarshalJSON([]byte(text)), text)
	}
}
