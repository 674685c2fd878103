package vector

// layer is one layer of a Graph: which rows are joined to which. The lowest holds every row and keeps the links of all
// in one slice; those above hold a part, in a map.
type layer struct {
	width  int                 // the most links of a row
	dense  []uint32            // of the lowest: for each row its number of links, and room for width of them
	sparse map[uint32][]uint32 // of the others: links by row
}

func newLayer(width int, lowest bool) *layer {
	if lowest {
		return &layer{width: width}
	}
	return &layer{width: width, sparse: map[uint32][]uint32{}}
}

// links returns the rows that a row is joined to. The slice is the layer's own.
func (l *layer) links(row uint32) []uint32 {
	if l.sparse != nil {
		return l.sparse[row]
	}
	at := int(row) * (l.width + 1)
	return l.dense[at+1 : at+1+int(l.dense[at])]
}

// join gives a row these links and no others, as many as the width at most.
func (l *layer) join(row uint32, to []near) {
	var room []uint32
	if l.sparse == nil {
		at := int(row) * (l.width + 1)
		l.dense[at] = uint32(len(to))
		room = l.dense[at+1 : at+1+len(to)]
	} else {
		room = make([]uint32, len(to))
		l.sparse[row] = room
	}
	for i, n := range to {
		room[i] = n.row
	}
}

// grow makes room in the lowest layer for rows up to n.
func (l *layer) grow(n int) {
	l.dense = append(l.dense, make([]uint32, n*(l.width+1)-len(l.dense))...)
}

// each calls f with every row of the layer, in no order.
func (l *layer) each(f func(row uint32, links []uint32)) {
	if l.sparse != nil {
		for row, links := range l.sparse {
			f(row, links)
		}
		return
	}
	for row := range uint32(len(l.dense) / (l.width + 1)) {
		f(row, l.links(row))
	}
}

// renumber follows moves of rows of which n are left. No row that is left is joined to one that is gone.
func (l *layer) renumber(moves []move, n int) {
	now := make(map[uint32]uint32, len(moves))
	for _, m := range moves {
		now[m.from] = m.to
		l.move(m)
	}
	if l.sparse == nil {
		l.dense = l.dense[:n*(l.width+1)]
	}
	if len(now) == 0 {
		return
	}
	l.each(func(_ uint32, links []uint32) {
		for i, row := range links {
			if row >= uint32(n) {
				links[i] = now[row]
			}
		}
	})
}

func (l *layer) move(m move) {
	if l.sparse == nil {
		copy(l.dense[int(m.to)*(l.width+1):], l.dense[int(m.from)*(l.width+1):][:l.width+1])
	} else if links, ok := l.sparse[m.from]; ok {
		l.sparse[m.to] = links
		delete(l.sparse, m.from)
	}
}
