package sim

// A Document is a page of the shop's help.
type Document struct {
	ID    string
	Title string
	Text  string
}

func documents() []Document {
	return []Document{
		{"returns", "Returning an item", "You can return any item within 30 days of delivery, as long as it is unused and in its original packing. Open your order under My orders, choose the item and print the return label. Returns within the country are free. Pierced jewellery and opened candles cannot be returned."},
		{"refunds", "When you get your refund", "We refund the price to the way of payment that you used, within five working days after your parcel reached our warehouse. Delivery charges are refunded only when the whole order comes back or the fault was ours. You get an email when the refund is on its way."},
		{"delivery-time", "How long delivery takes", "Parcels leave our warehouse on the working day after your order and arrive within two to four working days. Large furniture and lamps can take up to ten working days. Orders placed after 14:00 on a Friday are packed on Monday."},
		{"delivery-cost", "What delivery costs", "Standard delivery is 4.90. It is free for orders above 50.00. Express delivery on the next working day is 9.90 and has to be ordered before 12:00. Collecting your order in one of our stores is always free."},
		{"tracking", "Where is my order?", "As soon as your parcel is on its way you get an email with a tracking number. You also find it under My orders. If the tracking has not moved for three working days, or if the parcel is marked as delivered and you do not have it, write to us and we start a search with the carrier."},
		{"abroad", "Delivery to other countries", "We deliver to all countries of the European Union, to Norway, Switzerland and the United Kingdom. Delivery abroad is 12.90 and takes five to eight working days. Outside the European Union the recipient may have to pay customs duties and taxes."},
		{"payment", "Ways to pay", "You can pay by credit card, debit card, bank transfer or with a gift card. Card payments are charged when the parcel leaves our warehouse. Orders paid by bank transfer are kept for seven days and are packed once the money has arrived."},
		{"invoice", "Invoices", "The invoice comes by email as a PDF on the day on which your order is sent. You can download it again under My orders for ten years. If it has to show a company name or a VAT number, add it to your account before you order: we cannot change an invoice afterwards."},
		{"change", "Changing or cancelling an order", "You can change the address or cancel an order under My orders until it is being packed, usually for two hours. Once it is packed we cannot stop the parcel; please refuse it at the door or send it back."},
		{"damaged", "Damaged or wrong items", "If something arrives broken, or is not what you ordered, send us a photo of the item and of the packing within 14 days. You choose between a replacement and your money back. You need not send broken glass or china back."},
		{"warranty", "Warranty", "All products have a legal warranty of two years. Our own lamps and kitchen tools carry a warranty of five years against defects of material and making. Wear from normal use and damage from the dishwasher are not covered unless the product is marked as dishwasher safe."},
		{"sizes", "Finding the right size", "Each page of slippers, gloves and beanies has a table of sizes in centimetres. Measure in the evening and choose the larger one between two sizes. Rings come in sizes 50 to 60; the number is the inner circumference in millimetres."},
		{"gift-wrapping", "Gift wrapping and cards", "Choose gift wrapping in your basket for 3.50 per item. You can add a card with up to 200 characters. Wrapped items are sent without prices on the packing list. Furniture, lamps and watering cans are too large to wrap."},
		{"gift-cards", "Gift cards", "Gift cards are sold from 10.00 to 250.00 and arrive by email within an hour. They are valid for three years, can be used for several orders, and cannot be exchanged for cash. If an order was paid with a gift card, its refund goes back to the card."},
		{"stock", "Items that are sold out", "If an item is sold out, press Notify me on its page and you get one email when it is back. We cannot say when that will be, and we do not take orders for items that are not in stock."},
		{"newsletter", "Newsletter and your data", "We write to you about news only if you agreed. Every email has a link to unsubscribe, which works at once. You can see, export and delete what we store about you under My data; invoices have to be kept by law."},
	}
}
