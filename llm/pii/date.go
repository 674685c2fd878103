package pii

import "strings"

// months are the names of months and their abbreviations, by language, in order.
var months = func() map[string]int {
	m := map[string]int{}
	for _, year := range []string{
		"january february march april may june july august september october november december",
		"jan feb mar apr may jun jul aug sep oct nov dec", "jan feb mar apr may jun jul aug sept oct nov dec",
		"januar februar marz april mai juni juli august september oktober november dezember",
		"janner feber maerz apr mai jun jul aug sept okt nov dez",
		"janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
		"janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
		"januari februari maart april mei juni juli augustus september oktober november december",
		"januari februari maret april mei juni juli agustus september oktober november desember",
		"stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
		"januar februar mars april maj juni juli august september oktober november december",
		"tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesakuuta heinakuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
		"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
		"ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
	} {
		for i, name := range strings.Fields(year) {
			m[name] = i + 1
		}
	}
	return m
}()

func findDates(d *draft) {
	if !d.wants(Date) && !d.wants(DateOfBirth) {
		return
	}
	for i := range d.tokens {
		last, short := d.numericDate(i)
		if last == 0 {
			last, short = d.namedDate(i)
		}
		if last > 0 {
			d.addDate(i, last, short)
		}
	}
}

// addDate adds a date of birth where a word speaks of one, else a date; a short one has no year or only two digits of it.
func (d *draft) addDate(i, last int, short bool) {
	start, end := d.tokens[i].start, d.tokens[last].end
	if d.around(i, last)&cueBirth != 0 {
		d.add(DateOfBirth, start, end, 0.9, "date_of_birth")
	}
	if !short {
		d.add(Date, start, end, 0.7, "date")
	}
}

// numericDate returns the last token of a date of three numbers that begins at token i, or 0.
func (d *draft) numericDate(i int) (last int, short bool) {
	if i+2 >= len(d.tokens) || d.tokens[i].class != digits {
		return 0, false
	}
	if d.tokens[i+1].key == "年" {
		return d.signedDate(i), false
	}
	a, b, c := &d.tokens[i], &d.tokens[i+1], &d.tokens[i+2]
	if b.class != digits || c.class != digits || len(a.key) > 4 || len(b.key) > 2 || len(c.key) > 4 || !d.dated(i) || !d.free(a.start, c.end) {
		return 0, false
	}
	ok, short := isNumericDate(a.key, b.key, c.key)
	if !ok {
		return 0, false
	}
	return i + 2, short
}

// dated reports whether the same sign of a date stands between three numbers.
func (d *draft) dated(i int) bool {
	b, c := &d.tokens[i+1], &d.tokens[i+2]
	if b.gap != c.gap {
		return false
	}
	return b.gap == slash || b.gap == dash || b.gap == dot || d.text[d.tokens[i].end:b.start] == ". " && d.text[b.end:c.start] == ". "
}

// isNumericDate reads year, month and day, or day and month in either order and the year; a short year has two digits.
func isNumericDate(a, b, c string) (ok, short bool) {
	x, y, z := number(a), number(b), number(c)
	switch {
	case len(a) == 4:
		return isBirthYear(x) && len(c) <= 2 && isDate(x, y, z), false
	case len(a) > 2:
		return false, false
	case len(c) == 4:
		return isBirthYear(z) && (isDate(z, y, x) || isDate(z, x, y)), false
	}
	return len(c) == 2 && (isDate(z, y, x) || isDate(z, x, y)), true
}

// signedDate returns the last token of 1990年5月3日, or 0.
func (d *draft) signedDate(i int) int {
	if i+5 >= len(d.tokens) || d.tokens[i+3].key != "月" || !isWord(d.tokens[i+5].key, "日", "号") || d.tokens[i+2].class != digits || d.tokens[i+4].class != digits {
		return 0
	}
	year, month, day := d.tokens[i].key, d.tokens[i+2].key, d.tokens[i+4].key
	if len(year) != 4 || len(month) > 2 || len(day) > 2 || !isDate(number(year), number(month), number(day)) {
		return 0
	}
	return i + 5
}

// namedDate reads "3 June 1990", "June 3rd, 1990", "3 de junio de 1990" and "3. Juni".
func (d *draft) namedDate(i int) (last int, short bool) {
	j := i + 1
	if isWord(d.keyAt(j), "de", "of") {
		j++
	}
	if j >= len(d.tokens) || d.tokens[j].start-d.tokens[j-1].end > 2 {
		return 0, false
	}
	first, second := d.tokens[i].key, d.tokens[j].key
	if (months[first] == 0 || dayOf(second) == 0) && (dayOf(first) == 0 || months[second] == 0) {
		return 0, false
	}
	if year := d.yearAt(j); year > 0 {
		return year, false
	}
	return j, true
}

// yearAt returns the token of the year behind token j, or 0.
func (d *draft) yearAt(j int) int {
	year := j + 1
	if isWord(d.keyAt(year), "de", "del") {
		year++
	}
	if k := d.keyAt(year); len(k) == 4 && d.tokens[year].class == digits && isBirthYear(number(k)) && d.tokens[year].start-d.tokens[j].end <= 6 {
		return year
	}
	return 0
}

// dayOf returns the day of "3", "3rd" or "1er", or 0.
func dayOf(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n == 0 || n > 2 || n < len(s) && !isWord(s[n:], "st", "nd", "rd", "th", "er") {
		return 0
	}
	if day := number(s[:n]); day <= 31 {
		return day
	}
	return 0
}
