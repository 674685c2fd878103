package clm_test

import (
	"math"
	"testing"

	"github.com/clmkit/clmkit/clm"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMoneyPrintsInItsOwnDigits(t *testing.T) {
	for want, m := range map[string]clm.Money{
		"19.99 EUR":                    {1999, "EUR"},
		"0.05 GBP":                     {5, "GBP"},
		"-0.05 GBP":                    {-5, "GBP"},
		"1999 JPY":                     {1999, "JPY"},
		"1.999 KWD":                    {1999, "KWD"},
		"-92233720368547758.08 USD":    {math.MinInt64, "USD"},
		`7 minor units of "doubloons"`: {7, "doubloons"},
		"92233720368547758.07 USD":     {math.MaxInt64, "USD"},
		"0 minor units of \"\"":        {},
		"0.0001 CLF":                   {1, "CLF"},
		"-1.000 TND":                   {-1000, "TND"},
		"0.00 CHF":                     {0, "CHF"},
	} {
		assert.Equal(t, want, m.String())
	}
}

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		decimal, currency string
		want              int64
	}{
		{"19.99", "EUR", 1999}, {"19.9", "EUR", 1990}, {"19", "EUR", 1900}, {"-3.5", "GBP", -350},
		{".5", "USD", 50}, {"7", "JPY", 7}, {"7.00", "JPY", 7}, {"1.2345", "CLF", 12345}, {"0", "EUR", 0},
		{"2.5500", "GBP", 255},
	} {
		m, err := clm.ParseMoney(c.decimal, c.currency)
		require.NoError(t, err, c.decimal)
		assert.Equal(t, clm.Money{Minor: c.want, Currency: c.currency}, m)
	}
	for _, bad := range []string{"", "-", ".", "1.234", "1e3", "1,000", "--1", "1.-2", "twelve", "NaN", "99999999999999999999", "1.2.3", "+1"} {
		_, err := clm.ParseMoney(bad, "EUR")
		assert.Error(t, err, bad)
	}
	_, err := clm.ParseMoney("1", "XYZ")
	assert.ErrorContains(t, err, `unknown currency "XYZ"`)
}

func TestMoneyIsReadAsItWasPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := clm.Money{Minor: rapid.Int64().Draw(t, "minor"), Currency: rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "CLF"}).Draw(t, "currency")}
		text := m.String()
		got, err := clm.ParseMoney(text[:len(text)-4], m.Currency)
		require.NoError(t, err)
		require.Equal(t, m, got)
	})
}

func TestMoneyArithmetic(t *testing.T) {
	_, err := eur(1).Add(clm.Money{Minor: 1, Currency: "GBP"})
	require.ErrorIs(t, err, clm.ErrCurrency)
	_, err = eur(math.MaxInt64).Add(eur(1))
	require.ErrorIs(t, err, clm.ErrOverflow)
	_, err = eur(math.MinInt64).Add(eur(-1))
	require.ErrorIs(t, err, clm.ErrOverflow)
	_, err = eur(math.MaxInt64 / 2).Mul(3)
	require.ErrorIs(t, err, clm.ErrOverflow)
	sum, err := eur(math.MaxInt64).Add(eur(math.MinInt64))
	require.NoError(t, err)
	require.Equal(t, eur(-1), sum)
	product, err := eur(250).Mul(-4)
	require.NoError(t, err)
	require.Equal(t, eur(-1000), product)
	assert.InDelta(t, 19.99, eur(1999).Float(), 1e-12)
}

func FuzzParseMoney(f *testing.F) {
	f.Add("19.99", "EUR")
	f.Add("-0.001", "KWD")
	f.Fuzz(func(t *testing.T, decimal, currency string) {
		m, err := clm.ParseMoney(decimal, currency)
		if err != nil {
			return
		}
		require.NoError(t, m.Validate())
		again, err := clm.ParseMoney(m.String()[:len(m.String())-4], currency)
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}
