package pii

// bankRules are the routing numbers and account numbers of banks; IBANs are in iban.go.
func bankRules() []rule {
	return []rule{
		{BankAccount, "bank_account/aba", "US", forms(9), isABA, cueBank, 0.3, 0.85},
		{BankAccount, "bank_account/sort-code", "GB", []string{"2-2-2"}, allDigits, cueBank, 0, 0.6},
		{BankAccount, "bank_account", "", join(forms(7), forms(8), forms(9), forms(10), forms(11), forms(12), forms(14)), allDigits, cueBank, 0, 0.55},
	}
}

// isABA: American Bankers Association: weights 3 7 1, mod 10, and a Federal Reserve district in the first two digits.
func isABA(s string) bool {
	if !allDigits(s) || sameDigits(s) {
		return false
	}
	d := number(s[:2])
	return (d <= 12 || d >= 21 && d <= 32 || d >= 61 && d <= 72 || d == 80) && weighted(s, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0
}

// findBICs finds bank identifier codes (ISO 9362): four letters, a country, two letters or digits, and three more or
// none. There is no check digit, so a word must speak of a bank and the letters be capitals.
func findBICs(d *draft) {
	for i := range d.tokens {
		s := d.word(i)
		if len(s) != 8 && len(s) != 11 || !capitals(s) || !letterRun(s[:6]) {
			continue
		}
		_, known := ibanLengths[s[4:6]]
		if (known || isWord(s[4:6], otherCountries...)) && d.around(i, i)&cueBIC != 0 && d.free(d.tokens[i].start, d.tokens[i].end) {
			d.add(BankAccount, d.tokens[i].start, d.tokens[i].end, 0.8, "bank_account/bic")
		}
	}
}

// capitals reports whether a text has ASCII capitals and digits only.
func capitals(s string) bool {
	for i := range len(s) {
		if !isUpper(s[i]) && !isDigit(s[i]) {
			return false
		}
	}
	return true
}

func letterRun(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) {
			return false
		}
	}
	return true
}
