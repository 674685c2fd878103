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

// matchSignRun reads the run of signs and numbers that begins at token i and returns its last token.
func (d *draft) matchSignRun(i int) int {
	first, road, end := i, -1, -1
	j := i
	for ; j < len(d.tokens) && (j == i || d.signGap(j)); j++ {
		t := &d.tokens[j]
		switch {
		case t.class == sign && signBreaks[t.key] && end < 0:
			first, road = j+1, -1
		case t.class == digits && len(t.key) <= 5 && j > first && (signRoads[d.tokens[j-1].key] || road >= 0):
			road = j
			if end >= 0 || d.tokens[j-1].gap == dash || j+1 == len(d.tokens) || t.gap == dash {
				end = j
			}
		case t.class == sign && road == j-1 && road >= 0 && signNumbers[t.key]:
			end = j
		case t.class == sign && end == j-1 && end >= 0 && signNumbers[t.key], t.class == sign && t.key == "元" && end == j-1:
			end = j
		}
	}
	// Provinces and cities stand before the road: shorter runs are rather counts of something.
	if end-first >= 4 && end >= 0 {
		start := max(first, end-40)
		d.add(Address, d.tokens[start].start, d.tokens[end].end, 0.75, "address/signs")
	}
	return j - 1
}

// signGap reports whether a token goes on with a run: next to it, or behind a dash or a space before a number.
func (d *draft) signGap(j int) bool {
	t := &d.tokens[j]
	return t.gap == none || t.gap == dash && t.class == digits || t.gap == space && (t.class == digits || d.tokens[j-1].class == digits)
}
