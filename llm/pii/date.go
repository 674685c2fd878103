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
		return d.signedDate(i)
	}
	a, b, c := &d.tokens[i], &d.tokens[i+1], &d.tokens[i+2]
	if b.class != digits || c.class != digits || b.gap != c.gap || len(a.key) > 4 || len(b.key) > 2 || len(c.key) > 4 || !d.free(a.start, c.end) {
		return 0, false
	}
	if b.gap != slash && b.gap != dash && b.gap != dot && (d.text[a.end:b.start] != ". " || d.text[b.end:c.start] != ". ") {
		return 0, false
	}
	x, y, z := number(a.key), number(b.key), number(c.key)
	switch {
	case len(a.key) == 4:
		return okay(i+2, isBirthYear(x) && len(c.key) <= 2 && isDate(x, y, z)), false
	case len(a.key) <= 2 && len(c.key) == 4:
		return okay(i+2, isBirthYear(z) && (isDate(z, y, x) || isDate(z, x, y))), false
	case len(a.key) <= 2 && len(c.key) == 2:
		return okay(i+2, isDate(z, y, x) || isDate(z, x, y)), true
	}
	return 0, false
}

func okay(last int, ok bool) int {
	if ok {
		return last
	}
	return 0
}

// signedDate reads 1990年5月3日.
func (d *draft) signedDate(i int) (last int, short bool) {
	if i+5 >= len(d.tokens) || d.tokens[i+3].key != "月" || !isWord(d.tokens[i+5].key, "日", "号") || d.tokens[i+2].class != digits || d.tokens[i+4].class != digits {
		return 0, false
	}
	if len(d.tokens[i].key) != 4 || len(d.tokens[i+2].key) > 2 || len(d.tokens[i+4].key) > 2 {
		return 0, false
	}
	return okay(i+5, isDate(number(d.tokens[i].key), number(d.tokens[i+2].key), number(d.tokens[i+4].key))), false
}

// namedDate reads "3 June 1990", "June 3rd, 1990", "3 de junio de 1990" and "3. Juni".
func (d *draft) namedDate(i int) (last int, short bool) {
	j := i
	month := months[d.tokens[i].key]
	if month > 0 {
		if j++; j >= len(d.tokens) || dayOf(d.tokens[j].key) == 0 || d.tokens[j].start-d.tokens[i].end > 2 {
			return 0, false
		}
	} else {
		if dayOf(d.tokens[i].key) == 0 {
			return 0, false
		}
		if j++; j < len(d.tokens) && isWord(d.tokens[j].key, "de", "of") {
			j++
		}
		if j >= len(d.tokens) || d.tokens[j].start-d.tokens[j-1].end > 2 {
			return 0, false
		}
		if month = months[d.tokens[j].key]; month == 0 {
			return 0, false
		}
	}
	year := j + 1
	if year < len(d.tokens) && isWord(d.tokens[year].key, "de", "del") {
		year++
	}
	if year < len(d.tokens) && d.tokens[year].class == digits && len(d.tokens[year].key) == 4 && isBirthYear(number(d.tokens[year].key)) && d.tokens[year].start-d.tokens[j].end <= 6 {
		return year, false
	}
	return j, true
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
