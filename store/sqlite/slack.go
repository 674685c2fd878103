package sqlite

import (
	"encoding/binary"
	"fmt"
)

// SQLite overwrites what is deleted, but not what it moves: when it shares the
// rows of a page out anew, copies of them stay in the page's slack, between the
// list of its rows and the first of them, and outlive the rows. The file format is
// described at https://sqlite.org/fileformat2.html#b_tree_pages.

// Kinds of pages of a b-tree: the first byte of the page.
const (
	interiorIndex = 2
	interiorTable = 5
	leafIndex     = 10
	leafTable     = 13
)

const fileHeader = 100 // bytes before the first page's b-tree

// maxPages is the largest file whose b-tree pages can be told from its others by
// their first byte: those begin with the number of another page, whose highest
// byte is 0 in a smaller file. It is 128 GiB with pages of 4 KiB.
const maxPages = interiorIndex << 24

// clearSlack overwrites the slack of a page with zeros, and reports whether there
// was anything else in it. The number of the page counts from 1. What is no page
// of a b-tree is left as it is.
func clearSlack(number int, page []byte) (dirty bool, err error) {
	from, to, err := slack(number, page)
	for i := from; i < to; i++ {
		dirty = dirty || page[i] != 0
	}
	clear(page[from:to])
	return dirty, err
}

// slack returns where the slack of a page begins and ends.
func slack(number int, page []byte) (from, to int, err error) {
	start := 0
	if number == 1 {
		start = fileHeader
	}
	list := start + 8
	if len(page) < list+4 {
		return 0, 0, fmt.Errorf("%w: page %d has %d bytes", ErrCorrupt, number, len(page))
	}
	switch page[start] {
	case interiorIndex, interiorTable:
		list += 4
	case leafIndex, leafTable:
	default:
		return 0, 0, nil
	}
	cells := int(binary.BigEndian.Uint16(page[start+3:]))
	first := int(binary.BigEndian.Uint16(page[start+5:]))
	if first == 0 {
		first = 1 << 16
	}
	list += 2 * cells
	if list > first || first > len(page) {
		return 0, 0, fmt.Errorf("%w: page %d: %d rows, the first at %d", ErrCorrupt, number, cells, first)
	}
	return list, first, nil
}
