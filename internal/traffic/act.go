package traffic

import (
	"strings"

	"github.com/clmkit/clmkit/clm"
)

var (
	words   = strings.Fields("warm soft blue wool scarf for winter small gift mug kettle lamp oak table late parcel broken lovely shrank returned size large")
	reasons = []string{"marketing", "profiling"}
)

// act decides what the visitor does, in about the proportions of a shop: most
// look, few buy.
func (s *site) act(e *clm.Event) {
	switch n := s.random.IntN(100); {
	case n < 58:
		e.Kind, e.Item = clm.Viewed, s.item()
	case n < 74:
		e.Kind, e.Query = clm.Searched, s.text(3)
	case n < 83:
		e.Kind, e.Item, e.Quantity = clm.CartAdded, s.item(), 1+s.random.IntN(3)
	case n < 89:
		e.Kind = clm.Ordered
		s.lines(e)
	case n < 90:
		e.Kind = clm.Returned
		s.lines(e)
	case n < 93:
		e.Kind, e.Item, e.Text, e.Rating = clm.Reviewed, s.item(), s.text(25), float64(1+s.random.IntN(5))
	case n < 95:
		e.Kind, e.Text = clm.Messaged, s.text(15)
	case n < 97:
		e.Kind, e.Purpose, e.Granted = clm.Consented, reasons[s.random.IntN(len(reasons))], s.random.IntN(4) > 0
	default:
		e.Kind, e.Item = clm.Clicked, s.item()
	}
}

func (s *site) item() clm.ItemID { return itemID(s.random.IntN(Items)) }

func (s *site) lines(e *clm.Event) {
	for range 1 + s.random.IntN(4) {
		i, quantity := s.random.IntN(Items), 1+s.random.IntN(2)
		e.Lines = append(e.Lines, clm.Line{
			Item: itemID(i), Quantity: quantity,
			Amount: clm.Money{Minor: price(i) * int64(quantity), Currency: "EUR"},
		})
	}
}

func (s *site) text(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[s.random.IntN(len(words))])
	}
	return b.String()
}
