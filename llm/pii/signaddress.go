package pii

// findSignAddresses finds addresses in Chinese, Japanese and Korean: a run of signs and numbers without a space that
// names a road or a quarter and ends with the number of a house, a room or a block.
func findSignAddresses(d *draft) {
	if !d.wants(Address) {
		return
	}
	for i := 0; i < len(d.tokens); i++ {
		if d.tokens[i].class == sign {
			i = d.matchSignRun(i)
		}
	}
}

var (
	// signRoads precede a number: roads, lanes, quarters and villages.
	signRoads = set("路 街 道 巷 弄 里 村 段 胡 同 园 苑 区 區 町 町目 丁 目 市 로 길 동 镇")
	// signNumbers follow one: house, room, block, storey.
	signNumbers = set("号 號 室 楼 樓 栋 棟 幢 单 層 层 弄 番 丁 호 동")
	// signBreaks end the words before an address: is, in, at, to, send, live, me, my.
	signBreaks = set("是 在 到 给 寄 住 址 为 送 於 于 我 的 は に へ を が で 는 은 이 에")
)

// signRun is a run of signs and numbers as it is read, in tokens; -1 where there is none.
type signRun struct {
	first int // of the address
	road  int // last number behind a road
	end   int // last token of a house number
}

// matchSignRun reads the run of signs and numbers that begins at token i and returns its last token.
func (d *draft) matchSignRun(i int) int {
	r := signRun{i, -1, -1}
	j := i
	for ; j < len(d.tokens) && (j == i || d.signGap(j)); j++ {
		if d.tokens[j].class == digits {
			d.readSignNumber(&r, j)
		} else {
			r.readSign(d.tokens[j].key, j)
		}
	}
	// Provinces and cities stand before the road: shorter runs are rather counts of something.
	if r.end >= 0 && r.end-r.first >= 4 {
		start := max(r.first, r.end-40)
		d.add(Address, d.tokens[start].start, d.tokens[r.end].end, 0.75, "address/signs")
	}
	return j - 1
}

// readSignNumber notes a number behind a road or behind another number.
func (d *draft) readSignNumber(r *signRun, j int) {
	t := &d.tokens[j]
	if len(t.key) > 5 || j <= r.first || !signRoads[d.tokens[j-1].key] && r.road < 0 {
		return
	}
	r.road = j
	if r.end >= 0 || t.gap == dash || j+1 == len(d.tokens) {
		r.end = j
	}
}

// readSign notes a sign: the end of the words before an address, or a word for a house, a room or a block.
func (r *signRun) readSign(key string, j int) {
	switch {
	case signBreaks[key] && r.end < 0:
		r.first, r.road = j+1, -1
	case j > 0 && (r.road == j-1 || r.end == j-1) && (signNumbers[key] || key == "元"):
		r.end = j
	}
}

// signGap reports whether a token goes on with a run: next to it, or behind a dash or a space before a number.
func (d *draft) signGap(j int) bool {
	t := &d.tokens[j]
	return t.gap == none || t.gap == dash && t.class == digits || t.gap == space && (t.class == digits || d.tokens[j-1].class == digits)
}
