package clm

import "strings"

// currencies lists the active codes of ISO 4217 (edition 2015, amendments up
// to 2025) by the number of digits after the decimal point.
var currencies = func() map[string]int {
	m := make(map[string]int, 170)
	for exp, codes := range []string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		2: `
			AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
			CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ
			GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD
			MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
			RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
			UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
	} {
		for code := range strings.FieldsSeq(codes) {
			m[code] = exp
		}
	}
	return m
}()

// exponent returns the number of digits after the decimal point of a currency,
// and whether ISO 4217 has it.
func exponent(code string) (int, bool) {
	switch code { // nearly all calls, and no hashing
	case "EUR", "USD", "GBP", "CNY":
		return 2, true
	}
	exp, ok := currencies[code]
	return exp, ok
}
