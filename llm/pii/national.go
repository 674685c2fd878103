package pii

import (
	"slices"
	"strings"
)

// nationalRules are the numbers of residents, tax payers and insured persons. The comment at a check names its source.
func nationalRules() []rule {
	return []rule{
		{NationalID, "national_id/at", "AT", forms(4, 6), isAustrian, cueSocial | cueHealth, 0.4, 0.9},
		{NationalID, "national_id/au-tfn", "AU", forms(3, 3, 3), isTFN, cueTax, 0.35, 0.9},
		{NationalID, "national_id/au-medicare", "AU", join(forms(4, 5, 1), forms(4, 5, 1, 1)), isMedicare, cueHealth | cueSocial, 0.35, 0.9},
		{NationalID, "national_id/be", "BE", append(forms(11), "2.2.2-3.2", "2.2.2-3-2", "6-3-2", "6 3 2"), isBelgian, cueID | cueSocial, 0.6, 0.95},
		{NationalID, "national_id/br-cpf", "BR", append(forms(11), "3.3.3-2"), isCPF, cueID | cueTax, 0.6, 0.97},
		{NationalID, "national_id/br-cnpj", "BR", append(forms(14), "2.3.3/4-2"), isCNPJ, cueID | cueTax, 0.6, 0.97},
		{NationalID, "national_id/ca-sin", "CA", []string{"3-3-3"}, isSIN, cueSocial | cueTax, 0.6, 0.95},
		{NationalID, "national_id/ca-sin", "CA", []string{"9", "3 3 3"}, isSIN, cueSocial | cueTax, 0.35, 0.9},
		{NationalID, "national_id/ch", "CH", append(forms(13), "3.4.4.2"), isAHV, cueSocial | cueID, 0.85, 0.97},
		{NationalID, "national_id/cn", "CN", append(forms(18), "6 8 4", "6-8-4"), isChinese, cueID, 0.95, 0.98},
		{NationalID, "national_id/de", "DE", join(forms(11), forms(2, 3, 3, 3)), isSteuerID, cueTax | cueID, 0.65, 0.95},
		{NationalID, "national_id/dk", "DK", []string{"6-4"}, isCPR, cueID, 0.45, 0.9},
		{NationalID, "national_id/dk", "DK", []string{"10", "6 4"}, isCPR, cueID, 0.2, 0.75},
		{NationalID, "national_id/es", "ES", append(forms(9), "8-1", "8 1", "1-7-1", "1-8", "2.3.3-1"), isDNI, cueID | cueTax, 0.8, 0.97},
		{NationalID, "national_id/fi", "FI", []string{"6-4", "11"}, isHETU, cueID, 0.85, 0.97},
		{NationalID, "national_id/fr", "FR", append(forms(1, 2, 2, 2, 3, 3, 2), "13 2"), isNIR, cueSocial | cueID, 0.8, 0.97},
		{NationalID, "national_id/gb-nhs", "GB", forms(3, 3, 4), isNHS, cueHealth, 0.35, 0.95},
		{NationalID, "national_id/gb-nino", "GB", append(forms(2, 2, 2, 2, 1), "2 6 1", "8 1"), isNINO, cueSocial | cueID, 0.75, 0.97},
		{NationalID, "national_id/id", "ID", join(forms(16), forms(4, 4, 4, 4), forms(6, 6, 4)), isNIK, cueID, 0.45, 0.95},
		{NationalID, "national_id/ie", "IE", append(forms(8), "9", "7 1", "7 2"), isPPS, cueID | cueSocial | cueTax, 0.45, 0.9},
		{NationalID, "national_id/in-aadhaar", "IN", []string{"12", "4 4 4", "4-4-4"}, isAadhaar, cueID, 0.4, 0.95},
		{NationalID, "national_id/in-pan", "IN", forms(10), isPAN, cueTax | cueID | cueCard, 0.6, 0.95},
		{NationalID, "national_id/it", "IT", append(forms(16), "3 3 5 5", "6 5 5"), isCodiceFiscale, cueID | cueTax, 0.95, 0.98},
		{NationalID, "national_id/jp", "JP", join(forms(12), forms(4, 4, 4)), isMyNumber, cueID, 0.3, 0.9},
		{NationalID, "national_id/kr", "KR", []string{"6-7"}, isRRN, cueID, 0.65, 0.95},
		{NationalID, "national_id/mx", "MX", forms(18), isCURP, cueID, 0.95, 0.98},
		{NationalID, "national_id/nl", "NL", append(forms(9), "4.2.3", "3.3.3", "4 2 3"), isBSN, cueID | cueSocial, 0.3, 0.9},
		{NationalID, "national_id/no", "NO", append(forms(11), "6 5", "6-5"), isNorwegian, cueID, 0.8, 0.97},
		{NationalID, "national_id/pl", "PL", forms(11), isPESEL, cueID, 0.6, 0.97},
		{NationalID, "national_id/pt", "PT", forms(3, 3, 3), isNIF, cueTax | cueID, 0.3, 0.85},
		{NationalID, "national_id/se", "SE", []string{"6-4", "8-4", "12"}, isSwedish, cueID, 0.75, 0.97},
		{NationalID, "national_id/se", "SE", []string{"10"}, isSwedish, cueID, 0.35, 0.85},
		{NationalID, "national_id/sg", "SG", forms(9), isNRIC, cueID, 0.9, 0.98},
		{NationalID, "national_id/tr", "TR", forms(11), isTCKN, cueID, 0.65, 0.97},
		{NationalID, "national_id/us-ssn", "US", []string{"3-2-4"}, isSSN, cueSocial | cueTax | cueID, 0.7, 0.95},
		{NationalID, "national_id/us-ssn", "US", []string{"9", "3 2 4", "3.2.4"}, isSSN, cueSocial, 0.2, 0.85},
		{NationalID, "national_id/us-itin", "US", []string{"3-2-4"}, isITIN, cueTax | cueSocial, 0.7, 0.95},
		{NationalID, "national_id/us-itin", "US", []string{"9", "3 2 4"}, isITIN, cueTax, 0.2, 0.85},
		{NationalID, "national_id/za", "ZA", append(forms(13), "6 4 3", "6 4 2 1"), isSouthAfrican, cueID, 0.7, 0.97},
	}
}

// isDate reports a calendar date. A year below 100 may be of any century.
func isDate(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0 || year < 100) {
		days = 29
	}
	return day <= days
}

// isDMY and isYMD read six digits.
func isDMY(s string) bool {
	return allDigits(s[:6]) && isDate(number(s[4:6]), number(s[2:4]), number(s[:2]))
}
func isYMD(s string) bool {
	return allDigits(s[:6]) && isDate(number(s[:2]), number(s[2:4]), number(s[4:6]))
}

// isBirthYear reports years in which somebody alive, or lately dead, was born.
func isBirthYear(y int) bool { return y >= 1880 && y <= 2099 }

// isChinese: GB 11643-1999: region, date of birth, sequence, and a check character by ISO 7064 mod 11-2.
func isChinese(s string) bool {
	if !allDigits(s[:17]) || !strings.Contains(" 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 ", " "+s[:2]+" ") {
		return false
	}
	year := number(s[6:10])
	return isBirthYear(year) && isDate(year, number(s[10:12]), number(s[12:14])) &&
		"10X98765432"[weighted(s, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)%11] == s[17]
}

// isSSN: rules of the Social Security Administration (POMS RM 10201.035): no area 000, 666 or 900-999, no group 00, no serial 0000.
func isSSN(s string) bool {
	return allDigits(s) && s[:3] != "000" && s[:3] != "666" && s[0] != '9' && s[3:5] != "00" && s[5:] != "0000" && !sameDigits(s)
}

// isITIN: IRS Internal Revenue Manual 3.21.263: 9xx, and the fourth and fifth digit in 50-65, 70-88, 90-92 or 94-99.
func isITIN(s string) bool {
	if !allDigits(s) || s[0] != '9' {
		return false
	}
	g := number(s[3:5])
	return g >= 50 && g <= 65 || g >= 70 && g <= 88 || g >= 90 && g <= 92 || g >= 94
}

// isNINO: HMRC National Insurance Manual NIM39110. There is no check digit.
func isNINO(s string) bool {
	return isLetter(s[0]) && isLetter(s[1]) && allDigits(s[2:8]) && s[8] >= 'A' && s[8] <= 'D' &&
		!strings.ContainsAny(s[:1], "DFIQUV") && !strings.ContainsAny(s[1:2], "DFIOQUV") &&
		!isWord(s[:2], "BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
}

// isNHS: NHS Data Dictionary, "NHS number": weights 10 to 2, mod 11.
func isNHS(s string) bool {
	if !allDigits(s) || sameDigits(s) {
		return false
	}
	check := 11 - weighted(s, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11
	return check%11 == int(s[9]-'0') && check != 10
}

// isDNI: Spain, Real Decreto 1553/2005 and Orden INT/2058/2008: the letter is the number mod 23; NIE begin with X, Y or Z for 0, 1, 2.
func isDNI(s string) bool {
	digits := s[:8]
	if i := strings.IndexByte("XYZ", s[0]); i >= 0 {
		digits = string(rune('0'+i)) + s[1:8]
	}
	return allDigits(digits) && "TRWAGMYFPDXBNJZSQVHLCKE"[number(digits)%23] == s[8]
}

// isCodiceFiscale: Italy, Decreto ministeriale 23 December 1976. Digits may be replaced by letters to part namesakes.
func isCodiceFiscale(s string) bool {
	const odd = "\x01\x00\x05\x07\x09\x0d\x0f\x11\x13\x15\x02\x04\x12\x14\x0b\x03\x06\x08\x0c\x0e\x10\x0a\x16\x19\x18\x17" // of A to Z, and of 0 to 9
	sum := 0
	for i := range 15 {
		value := int(s[i] - 'A')
		if isDigit(s[i]) {
			value = int(s[i] - '0')
		}
		letter := slices.Contains([]int{0, 1, 2, 3, 4, 5, 8, 11}, i)
		if letter == isDigit(s[i]) && (letter || strings.IndexByte("LMNPQRSTUV", s[i]) < 0) {
			return false
		}
		if i%2 == 0 {
			value = int(odd[value])
		}
		sum += value
	}
	return strings.IndexByte("ABCDEHLMPRST", s[8]) >= 0 && s[15] == byte('A'+sum%26)
}

// isNIR: France, INSEE: thirteen digits and the key 97 - n mod 97, where 2A and 2B of Corsica count as 19 and 18.
func isNIR(s string) bool {
	digits := s
	switch s[5:7] {
	case "2A":
		digits = s[:5] + "19" + s[7:]
	case "2B":
		digits = s[:5] + "18" + s[7:]
	}
	if !allDigits(digits) || strings.IndexByte("123478", s[0]) < 0 {
		return false
	}
	month := number(digits[3:5])
	return (month >= 1 && month <= 12 || month >= 20 && month <= 42 || month >= 50) && 97-number(digits[:13])%97 == number(digits[13:])
}

// isSteuerID: Germany, § 139b AO: eleven digits by ISO 7064 mod 11,10, where of the first ten exactly one digit occurs twice or three times.
func isSteuerID(s string) bool {
	if !allDigits(s) || s[0] == '0' {
		return false
	}
	var counts [10]int
	product := 10
	for i := range 10 {
		counts[s[i]-'0']++
		sum := (int(s[i]-'0') + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = sum * 2 % 11
	}
	repeated := 0
	for _, n := range counts {
		if n > 3 {
			return false
		}
		if n > 1 {
			repeated++
		}
	}
	return repeated == 1 && (11-product)%10 == int(s[10]-'0')
}

// isBSN: Netherlands, Besluit burgerservicenummer: the elevens test with weights 9 to 2 and -1.
func isBSN(s string) bool {
	return allDigits(s) && !sameDigits(s) && weighted(s, 9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 0
}

// isBelgian: Royal decree of 3 April 1984: 97 - n mod 97 of the first nine digits, with a 2 before them for births since 2000.
func isBelgian(s string) bool {
	if !allDigits(s) {
		return false
	}
	month := number(s[2:4]) % 20 // plus 20 or 40 in bis numbers
	check := number(s[9:])
	return month <= 12 && number(s[4:6]) <= 31 && (97-number(s[:9])%97 == check || 97-number("2"+s[:9])%97 == check)
}

// isPESEL: Poland, Act on population records of 24 September 2010: weights 1 3 7 9; the month tells the century.
func isPESEL(s string) bool {
	return allDigits(s) && isDate(number(s[:2]), number(s[2:4])%20, number(s[4:6])) && weighted(s, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0
}

// isSwedish: Skatteverket SKV 704: Luhn over the last ten digits; the day of coordination numbers is plus 60.
func isSwedish(s string) bool {
	if len(s) == 12 {
		if !isBirthYear(number(s[:min(4, len(s))])) {
			return false
		}
		s = s[2:]
	}
	return allDigits(s) && isDate(number(s[:2]), number(s[2:4]), number(s[4:6])%60) && luhn(s)
}

// isHETU: Finland, Government decree 128/2010 and act 2022/1144: date, a sign of the century and a check character mod 31.
func isHETU(s string) bool {
	if len(s) == 11 { // with the sign of the century; a dash is not in the compact form
		if strings.IndexByte("ABCDEFYXWVU", s[6]) < 0 {
			return false
		}
		s = s[:6] + s[7:]
	}
	return isDMY(s) && allDigits(s[6:9]) && "0123456789ABCDEFHJKLMNPRSTUVWXY"[number(s[:9])%31] == s[9]
}

// isNorwegian: Skatteetaten, Folkeregisterforskriften § 2-2-1: two check digits mod 11; D numbers have day + 40, H numbers month + 40.
func isNorwegian(s string) bool {
	return allDigits(s) && isDate(number(s[4:6]), number(s[2:4])%40, number(s[:2])%40) &&
		weighted(s, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1)%11 == 0 && weighted(s, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

// isCPR: Denmark, CPR-kontoret: a date and four digits; the mod 11 check holds no longer since 2007, so words must help.
func isCPR(s string) bool { return allDigits(s) && isDMY(s) }

// isCPF: Brazil, Receita Federal: two check digits mod 11.
func isCPF(s string) bool {
	return allDigits(s) && !sameDigits(s) && mod11(weighted(s, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == s[9] && mod11(weighted(s, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == s[10]
}

// isCNPJ: Brazil, Receita Federal, Instrução Normativa 2119/2022, in its numeric form.
func isCNPJ(s string) bool {
	return allDigits(s) && !sameDigits(s) && mod11(weighted(s, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == s[12] &&
		mod11(weighted(s, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == s[13]
}

// mod11 returns the digit 11 - sum mod 11, or 0 where that has two digits.
func mod11(sum int) byte {
	if r := sum % 11; r > 1 {
		return byte('0' + 11 - r)
	}
	return '0'
}

// isAadhaar: India, UIDAI: twelve digits, the first from 2 to 9, the last by Verhoeff's scheme.
func isAadhaar(s string) bool { return allDigits(s) && s[0] >= '2' && verhoeff(s) }

// verhoeff: J. Verhoeff, Error detecting decimal codes, 1969: digits permuted by place are multiplied in the dihedral group of ten.
func verhoeff(s string) bool {
	permutation := [10]int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	c := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		for range i % 8 {
			d = permutation[d]
		}
		c = dihedral(c, d)
	}
	return c == 0
}

// dihedral multiplies in D5: 0 to 4 are rotations, 5 to 9 reflections.
func dihedral(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return 5 + (a+b)%5
	case b < 5:
		return 5 + (a-b+5)%5
	}
	return (a - b + 5) % 5
}

// isPAN: India, Income Tax Department: five letters, of which the fourth is the sort of holder, four digits, a letter.
func isPAN(s string) bool {
	for i := range 5 {
		if !isLetter(s[i]) {
			return false
		}
	}
	return strings.IndexByte("ABCFGHJLPT", s[3]) >= 0 && allDigits(s[5:9]) && s[5:9] != "0000" && isLetter(s[9])
}

// isNRIC: Singapore, Immigration and Checkpoints Authority: weights 2 7 6 5 4 3 2, offset 4 for T and G and 3 for M, mod 11.
func isNRIC(s string) bool {
	if !allDigits(s[1:8]) {
		return false
	}
	sum := weighted(s[1:], 2, 7, 6, 5, 4, 3, 2)
	switch s[0] {
	case 'S':
		return "JZIHGFEDCBA"[sum%11] == s[8]
	case 'T':
		return "JZIHGFEDCBA"[(sum+4)%11] == s[8]
	case 'F':
		return "XWUTRQPNMLK"[sum%11] == s[8]
	case 'G':
		return "XWUTRQPNMLK"[(sum+4)%11] == s[8]
	case 'M':
		return "XWUTRQPNJLK"[(sum+3)%11] == s[8]
	}
	return false
}

// isRRN: Korea, Resident Registration Act: date, then a digit of century and sex. The check digit is dead since October 2020.
func isRRN(s string) bool { return allDigits(s) && isYMD(s) && s[6] >= '1' && s[6] <= '8' }

// isMyNumber: Japan, Ordinance 85 of 2014 of the Ministry of Internal Affairs, article 5: weights 6 5 4 3 2 7 6 5 4 3 2, mod 11.
func isMyNumber(s string) bool {
	return allDigits(s) && !sameDigits(s) && mod11(weighted(s, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) == s[11]
}

// isNIK: Indonesia, Permendagri on population numbers: province, regency, district, date (day + 40 for women), serial. No check digit.
func isNIK(s string) bool {
	if !allDigits(s) {
		return false
	}
	province := number(s[:2])
	return province >= 11 && province <= 97 && s[2:4] != "00" && s[4:6] != "00" && isDate(number(s[10:12]), number(s[8:10]), number(s[6:8])%40) && s[12:] != "0000"
}

// isTFN: Australia, tax file numbers of nine digits: weights 1 4 3 7 5 8 6 9 10, mod 11.
func isTFN(s string) bool {
	return allDigits(s) && !sameDigits(s) && weighted(s, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0
}

// isMedicare: Australia, Services Australia: the first digit is 2 to 6, the ninth checks the first eight by 1 3 7 9 1 3 7 9, mod 10.
func isMedicare(s string) bool {
	return allDigits(s) && s[0] >= '2' && s[0] <= '6' && weighted(s, 1, 3, 7, 9, 1, 3, 7, 9)%10 == int(s[8]-'0') && s[9] != '0'
}

// isSIN: Canada, Employment and Social Development: Luhn; none begins with 0 or 8.
func isSIN(s string) bool {
	return allDigits(s) && s[0] != '0' && s[0] != '8' && luhn(s) && !sameDigits(s)
}

// isTCKN: Turkey, population directorate: the tenth digit is 7·(odd places) - (even places), the eleventh the sum of ten, mod 10.
func isTCKN(s string) bool {
	if !allDigits(s) || s[0] == '0' {
		return false
	}
	odd, even := weighted(s, 1, 0, 1, 0, 1, 0, 1, 0, 1), weighted(s, 0, 1, 0, 1, 0, 1, 0, 1)
	tenth := (7*odd - even + 100) % 10
	return tenth == int(s[9]-'0') && (odd+even+tenth)%10 == int(s[10]-'0')
}

// isSouthAfrican: Identification Act 68 of 1997: date, sequence, citizenship 0 to 2, and Luhn.
func isSouthAfrican(s string) bool {
	return allDigits(s) && isYMD(s) && s[10] <= '2' && luhn(s)
}

// isCURP: Mexico, RENAPO: letters of the name, date, sex, state, and a check digit with weights 18 to 2 over 37 signs.
func isCURP(s string) bool {
	const signs = "0123456789ABCDEFGHIJKLMN*OPQRSTUVWXYZ" // the star stands for Ñ
	for i := range 18 {
		letter := i < 4 || i > 9 && i < 16
		if letter != isLetter(s[i]) && i != 16 {
			return false
		}
	}
	sum := 0
	for i := range 17 {
		sum += strings.IndexByte(signs, s[i]) * (18 - i)
	}
	return isYMD(s[4:]) && strings.IndexByte("HMX", s[10]) >= 0 && byte('0'+(10-sum%10)%10) == s[17]
}

// isAHV: Switzerland, Bundesamt für Sozialversicherungen: 756, nine digits and an EAN-13 check digit.
func isAHV(s string) bool {
	return allDigits(s) && s[:3] == "756" && weighted(s, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)%10 == 0
}

// isNIF: Portugal, Decreto-Lei 14/2013: weights 9 to 2, mod 11; the first digit is 1, 2 or 3 for persons.
func isNIF(s string) bool {
	return allDigits(s) && s[0] >= '1' && s[0] <= '3' && mod11(weighted(s, 9, 8, 7, 6, 5, 4, 3, 2)) == s[8]
}

// isPPS: Ireland, Social Welfare Consolidation Act: weights 8 to 2, plus 9 times a second letter, mod 23.
func isPPS(s string) bool {
	if !allDigits(s[:7]) || !isLetter(s[7]) || len(s) == 9 && !isLetter(s[8]) {
		return false
	}
	sum := weighted(s, 8, 7, 6, 5, 4, 3, 2)
	if len(s) == 9 && s[8] != 'W' {
		sum += 9 * int(s[8]-'A'+1)
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == s[7]
}

// isAustrian: Austria, § 31 ASVG: weights 3 7 9, skipping the check digit in the fourth place, 5 8 4 2 1 6, mod 11.
func isAustrian(s string) bool {
	return allDigits(s) && s[0] != '0' && number(s[4:6]) <= 31 && number(s[6:8]) <= 15 && weighted(s, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6)%11 == int(s[3]-'0')
}
