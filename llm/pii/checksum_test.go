package pii

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNationalNumbers checks examples that the issuers publish or use on specimens, and each with one character changed.
func TestNationalNumbers(t *testing.T) {
	for name, c := range map[string]struct {
		check func(string) bool
		valid string // compact
		wrong string
	}{
		"China, the example of GB 11643":                {isChinese, "11010519491231002X 440524188001010014", "110105194912310021 11010519491331002X 000105194912310020"},
		"Spain, specimens of the police":                {isDNI, "00000000T 99999999R X0000000T 12345678Z", "00000000A X0000000A"},
		"Italy, the usual Rossi Mario":                  {isCodiceFiscale, "RSSMRA85T10A562S MRTMTT25D09F205Z", "RSSMRA85T10A562T RSSMRA85Y10A562S 1SSMRA85T10A562S"},
		"France, with Corsica":                          {isNIR, "255081416802538 180126955222380", "255081416802539 955081416802538"},
		"Germany, test numbers of the Bundeszentralamt": {isSteuerID, "86095742719 47036892816 65929970489 57549285017 25768131411", "86095742718 11111111111 06095742719"},
		"Netherlands, test numbers":                     {isBSN, "111222333 123456782", "123456789 000000000"},
		"Belgium, before and after 2000":                {isBelgian, "85073003328 17073003384", "85073003329 85993003328"},
		"Poland, of the ministry":                       {isPESEL, "44051401359 02070803628", "44051401358 44991401359"},
		"Sweden, SKV 704":                               {isSwedish, "8112189876 198112189876 6408233234", "8112189875 8113189876"},
		"Finland, of the agency":                        {isHETU, "131052308T 131052A308T", "131052308A 131352308T 131052Q308T"},
		"Norway":                                        {isNorwegian, "29029600013", "29029600014 99029600013 29139600013"},
		"Denmark needs a date":                          {isCPR, "0707614285", "3113614285"},
		"Brazil, CPF":                                   {isCPF, "11144477735 52998224725", "11144477736 11111111111"},
		"Brazil, CNPJ":                                  {isCNPJ, "11222333000181 11444777000161", "11222333000182 00000000000000"},
		"India, Aadhaar's example of UIDAI":             {isAadhaar, "999941057058 234123412346", "999941057057 134123412346"},
		"India, PAN":                                    {isPAN, "ABCPE1234F", "ABCDE1234F ABCP01234F ABCPE0000F"},
		"Singapore":                                     {isNRIC, "S1234567D T1234567J F1234567N G1234567X M1234567K", "S1234567A X1234567D"},
		"Korea, any last digits since 2020":             {isRRN, "9001011234567", "9013011234567 9001019234567"},
		"Japan":                                         {isMyNumber, "123456789018", "123456789012"},
		"Australia, TFN of the tax office":              {isTFN, "123456782 876543210", "123456789"},
		"Australia, Medicare":                           {isMedicare, "2428778132 24287781321", "2428778122 9428778132"},
		"Canada, the fictitious one":                    {isSIN, "130692544 193456787", "046454286 130692545"},
		"Turkey":                                        {isTCKN, "10000000146 19191919190", "10000000147 01000000146"},
		"South Africa":                                  {isSouthAfrican, "8001015009087", "8001015009088 8013015009087 8001015009987"},
		"Mexico, of RENAPO":                             {isCURP, "HEGG560427MVZRRL04 BOXW310820HNERXN09", "HEGG560427MVZRRL05 HEGG561327MVZRRL04 HEGG560427QVZRRL04"},
		"United Kingdom, NHS":                           {isNHS, "9434765919 4010232137", "9434765918 9999999999"},
		"United Kingdom, National Insurance":            {isNINO, "AB123456C JG103759A", "QQ123456C BG123456A AB123456E"},
		"United States, SSN":                            {isSSN, "856453789 078051120", "000123456 666123456 900123456 123001234 123450000 111111111"},
		"United States, ITIN":                           {isITIN, "900700000 912941234", "912931234 800700000 900930000 900890000"},
		"Switzerland, of the Bundesamt":                 {isAHV, "7569217076985 7561234567897", "7569217076986 7579217076985"},
		"Portugal":                                      {isNIF, "123456789 299999998", "123456780 999999990"},
		"Ireland, with and without the second letter":   {isPPS, "1234567T 1234567FA", "1234567A 1234567TA"},
		"Austria":                                       {isAustrian, "1237010180", "1238010180"},
		"routing numbers of the Federal Reserve and a large one": {isABA, "021000021 011401533 111000025", "021000022 999999999"},
		"Bitcoin, the first address and its pay-to-script kind":  {isBase58, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"},
		"Bitcoin, BIP 173 and BIP 350": {isBech32, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4 bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
			"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5 bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 bc1qp0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd"},
		"Ethereum": {isEthereum, "0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169EG7 0x529084"},
		"cards, the networks' test numbers": {isCard, "4111111111111111 5555555555554444 2223003122003222 378282246310005 30569309025904 6011111111111117 3530111333300000 6304000000000000 4222222222222 6200000000000005 2200000000000004",
			"4111111111111112 1111111111111117 9111111111111110 0000000000000000"},
	} {
		for s := range strings.FieldsSeq(c.valid) {
			assert.True(t, c.check(s), "%s: %s", name, s)
		}
		for s := range strings.FieldsSeq(c.wrong) {
			assert.False(t, c.check(s), "%s: %s", name, s)
		}
	}
}

func TestNIK(t *testing.T) {
	assert.True(t, isNIK("3171011506900001"))
	assert.True(t, isNIK("3171015506900001"), "a woman's day is plus forty")
	for _, s := range []string{"0171011506900001", "3171011513900001", "3171013206900001", "3171011506900000", "3171001506900001"} {
		assert.False(t, isNIK(s), s)
	}
}

// TestCheckDigitsSeeEveryDigit changes each digit of a number whose scheme finds all single errors.
func TestCheckDigitsSeeEveryDigit(t *testing.T) {
	for _, c := range []struct {
		check func(string) bool
		valid string
	}{
		{luhn, "4111111111111111"}, {verhoeff, "999941057058"}, {isSteuerID, "86095742719"}, {isBSN, "111222333"}, {isNHS, "9434765919"}, {isCPF, "11144477735"},
		{isABA, "021000021"}, {isAHV, "7569217076985"}, {isTFN, "123456782"}, {func(s string) bool { return mod97(s) == 1 }, "3214282912345698765432161182"},
	} {
		require.True(t, c.check(c.valid), c.valid)
		for i := range len(c.valid) {
			for digit := byte('0'); digit <= '9'; digit++ {
				if digit != c.valid[i] {
					changed := c.valid[:i] + string(digit) + c.valid[i+1:]
					require.False(t, c.check(changed), changed)
				}
			}
		}
	}
}

func TestDihedralIsAGroup(t *testing.T) {
	for a := range 10 {
		seen := map[int]bool{}
		for b := range 10 {
			seen[dihedral(a, b)] = true
			for c := range 10 {
				require.Equal(t, dihedral(dihedral(a, b), c), dihedral(a, dihedral(b, c)))
			}
		}
		require.Len(t, seen, 10)
	}
}

// TestIBANExamples checks the registry's own examples.
func TestIBANExamples(t *testing.T) {
	s, err := New(nil)
	require.NoError(t, err)
	for _, iban := range []string{
		"AD12 0001 2030 2003 5910 0100", "AE07 0331 2345 6789 0123 456", "AT61 1904 3002 3457 3201", "BE68 5390 0754 7034", "BR18 0036 0305 0000 1000 9795 493C 1", "CH93 0076 2011 6238 5295 7",
		"DE89 3704 0044 0532 0130 00", "DK50 0040 0440 1162 43", "ES91 2100 0418 4502 0005 1332", "FI21 1234 5600 0007 85", "FR14 2004 1010 0505 0001 3M02 606", "GB29 NWBK 6016 1331 9268 19",
		"GR16 0110 1250 0000 0001 2300 695", "IE29 AIBK 9311 5212 3456 78", "IT60 X054 2811 1010 0000 0123 456", "MT84 MALT 0110 0001 2345 MTLC AST0 01S", "NL91 ABNA 0417 1643 00", "NO93 8601 1117 947",
		"PL61 1090 1014 0000 0712 1981 2874", "PT50 0002 0123 1234 5678 9015 4", "SE45 5000 0000 0583 9825 7466", "TR33 0006 1005 1978 6457 8413 26", "SA03 8000 0000 6080 1016 7519", "LC55 HEMM 0001 0001 0012 0012 0002 3015",
	} {
		for _, text := range []string{iban, strings.ReplaceAll(iban, " ", ""), strings.ToLower(iban)} {
			found := s.Scan("pay to " + text + " now")
			require.Len(t, found, 1, text)
			require.Equal(t, Finding{IBAN, 7, 7 + len(text), 0.98, "iban"}, found[0])
		}
		last := iban[len(iban)-1]
		changed := iban[:len(iban)-1] + string(rune('0'+(last-'0'+1)%10))
		for _, f := range s.Scan(changed) {
			require.NotEqual(t, IBAN, f.Kind, changed)
		}
	}
}
