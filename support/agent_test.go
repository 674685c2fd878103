package support_test

import (
	"cmp"
	"slices"
	"time"

	"github.com/clmkit/clmkit/support"
)

var now = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

func sortDocuments(docs []support.Document) {
	slices.SortFunc(docs, func(a, b support.Document) int { return cmp.Compare(a.ID, b.ID) })
}
