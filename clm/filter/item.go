package filter

import "github.com/clmkit/clmkit/clm"

// ItemSchema returns the schema of the records that [Item] makes, with the paths
// of an item's own JSON text. The attribute "colour" is attribute.colour.
func ItemSchema() Schema {
	return Schema{
		"id":          {Type: String, Path: "id"},
		"title":       {Type: String, Path: "title"},
		"text":        {Type: String, Path: "text"},
		"categories":  {Type: Set, Path: "categories[]"},
		"brand":       {Type: String, Path: "brand"},
		"price":       {Type: Money, Path: "price"},
		"stock":       {Type: Number, Path: "stock"},
		"available":   {Type: Bool}, // computed
		"added":       {Type: Time, Path: "added"},
		"attribute.*": {Type: String, Path: "attributes.*"},
	}
}

// Item is a product as a record. What the catalogue leaves out is missing: an
// empty text or brand, a price that is not known, a stock that is not tracked.
// Making one of a pointer costs nothing:
//
//	f.Match((*filter.Item)(item))
type Item clm.Item

// Field returns a field of [ItemSchema].
func (i *Item) Field(name string) Value {
	switch name {
	case "id":
		return StringOf(string(i.ID))
	case "title":
		return StringOf(i.Title)
	case "text":
		return optional(i.Text)
	case "categories":
		return SetOf(i.Categories...)
	case "brand":
		return optional(i.Brand)
	case "price":
		return MoneyOf(i.Price)
	case "stock":
		if i.Stock == nil {
			return Value{}
		}
		return NumberOf(float64(*i.Stock))
	case "available":
		return BoolOf((*clm.Item)(i).Available())
	case "added":
		return TimeOf(i.Added)
	}
	return i.attribute(name)
}

func (i *Item) attribute(name string) Value {
	const prefix = "attribute."
	if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
		return Value{}
	}
	v, ok := i.Attributes[name[len(prefix):]]
	if !ok {
		return Value{}
	}
	return StringOf(v)
}

// optional returns a text, and nothing for an empty one.
func optional(s string) Value {
	if s == "" {
		return Value{}
	}
	return StringOf(s)
}
