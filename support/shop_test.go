package support_test

import "github.com/clmkit/clmkit/support"

// helpCentre are documents of an invented shop.
func helpCentre() []support.Document {
	return []support.Document{
		{ID: "returns", Title: "Returns", Text: "# Returning an item\n\nYou can return an item within 30 days of delivery. The return label is in the parcel. Items have to be unworn and in their packaging.\n\n# Refunds\n\nWe refund the price within 5 business days after the return has reached us. The money goes back to the payment method of the order.\n"},
		{ID: "shipping", Title: "Shipping and delivery", Text: "Standard delivery takes 2 to 4 business days and costs 4.90 EUR. Orders over 50 EUR are delivered free of charge. We ship to Germany, Austria and Switzerland.\n\nExpress delivery takes one business day and costs 12.90 EUR.\n"},
		{ID: "payment", Title: "Payment", Text: "You can pay by credit card, PayPal or invoice. Invoices are due within 14 days. We do not accept cheques.\n"},
		{ID: "account", Title: "Your account", Text: "To change your password, choose Forgot password on the login page. We then send a link to your e-mail address. The link is valid for 24 hours.\n\nYou can delete your account in the settings. Invoices are kept for ten years, as the law demands.\n"},
		{ID: "gift", Title: "Gift cards", Text: "Gift cards are valid for three years. A gift card cannot be exchanged for cash. Enter its number in the basket to redeem it.\n"},
		{ID: "care", Title: "Caring for stoneware", Text: "Our stoneware is dishwasher-safe up to 65 degrees. It is not suitable for the microwave. Remove tea stains with baking soda.\n"},
		{ID: "warranty", Title: "Warranty", Text: "Every lamp has a warranty of five years. Keep the receipt as proof of purchase. Bulbs are excluded.\n"},
		{ID: "newsletter", Title: "Newsletter", Text: "You can unsubscribe from the newsletter with the link at its end. It is sent every second Thursday.\n"},
		{ID: "stores", Title: "Our stores", Text: "Our stores in Hamburg and Leipzig are open from Monday to Saturday, 10 to 19 o'clock. You can collect online orders there after one day.\n"},
		{ID: "sizes", Title: "Sizes", Text: "Scarves come in one size. Aprons run small, so order one size larger. A size chart is on each product page.\n"},
		{ID: "order-changes", Title: "Changing or cancelling an order", Text: "You can cancel an order in your account until it has been packed. After that, refuse the parcel or return it. The delivery address can be changed until the parcel is with the carrier.\n"},
		{ID: "privacy", Title: "Privacy", Text: "We do not sell personal data. You can request a copy of your data by e-mail. Cookies for advertising are off until you agree.\n"},
	}
}

// asked is a question and what its answer has to contain; want is "" when no document answers it. With a page, the answer
// has to cite a page of that product, and to have a figure of want when that has any.
type asked struct{ text, want, page string }

// shopQuestions are about the invented shop, in words of customers; those without an answer are close to what it sells.
func shopQuestions() []asked {
	return []asked{
		{"Within how many days can I return an item?", "within 30 days", ""},
		{"Where do I find the return label?", "return label is in the parcel", ""},
		{"When do you refund the price of a return?", "within 5 business days", ""},
		{"How long does standard delivery take?", "2 to 4 business days", ""},
		{"What does express delivery cost?", "12.90 EUR", ""},
		{"From what amount is an order delivered free of charge?", "over 50 EUR", ""},
		{"Do you ship to Switzerland?", "Switzerland", ""},
		{"Can I pay with PayPal?", "PayPal", ""},
		{"Do you accept cheques?", "do not accept cheques", ""},
		{"When are invoices due?", "within 14 days", ""},
		{"How can I change my password?", "Forgot password", ""},
		{"How long is the link for the password valid?", "24 hours", ""},
		{"Can I delete my account?", "delete your account", ""},
		{"How long is a gift card valid?", "three years", ""},
		{"Can a gift card be exchanged for cash?", "cannot be exchanged", ""},
		{"Is the stoneware suitable for the microwave?", "not suitable for the microwave", ""},
		{"Is your stoneware dishwasher-safe?", "dishwasher-safe", ""},
		{"How do I remove tea stains?", "baking soda", ""},
		{"How many years of warranty does a lamp have?", "five years", ""},
		{"How do I unsubscribe from the newsletter?", "unsubscribe", ""},
		{"When are the stores open?", "Monday to Saturday", ""},
		{"Can I collect an online order in Leipzig?", "collect online orders", ""},
		{"Do aprons run small?", "run small", ""},
		{"Until when can I cancel an order?", "until it has been packed", ""},
		{"Can the delivery address be changed?", "until the parcel is with the carrier", ""},
		{"Do you sell personal data?", "do not sell personal data", ""},
		{"I wore it once, can I send it back?", "unworn", ""},
		{"How much is postage?", "4.90 EUR", ""},
		{"Do you sell bicycles?", "", ""},
		{"Is there a student discount?", "", ""},
		{"Do you ship to Australia?", "", ""},
		{"Can I pay with Bitcoin?", "", ""},
		{"Who is the chief executive?", "", ""},
		{"Do you have a loyalty programme?", "", ""},
		{"Are your lamps certified by a laboratory?", "", ""},
		{"Can I rent a lamp for a wedding?", "", ""},
		{"Is there parking at the store?", "", ""},
		{"Do you offer engraving?", "", ""},
		{"What is the weight of the blue teapot?", "", ""},
		{"Are there jobs in your warehouse?", "", ""},
		{"Do you repair broken ceramics?", "", ""},
		{"How do I become a supplier?", "", ""},
		{"Is the glaze free of cadmium?", "", ""},
		{"Can I book a pottery course?", "", ""},
		{"What is the carbon footprint of a scarf?", "", ""},
		{"Do you price match competitors?", "", ""},
		{"Can I reserve an item by phone?", "", ""},
		{"Do you take old lamps for recycling?", "", ""},
		{"Is the apron fireproof?", "", ""},
		{"Can I get a tax exemption certificate?", "", ""},
		{"Do you sell to wholesalers?", "", ""},
		{"Which thread count do the towels have?", "", ""},
	}
}

// guidelineQuestions are about the ABCD guidelines, as an agent of that shop would ask.
func guidelineQuestions() []asked {
	return []asked{
		{"What does standard shipping cost?", "Standard shipping is $8.00", ""},
		{"How much is the standard subscription a year?", "$99 a year", ""},
		{"How many days do promotions last?", "only last 7 days", ""},
		{"Can Gold members get an extension?", "Gold members can always get an extension", ""},
		{"Do Bronze members get an extension?", "Bronze and Guest members cannot get an extension", ""},
		{"Which payment methods are valid?", "credit card, debit card and PayPal", ""},
		{"What is the default refund amount when the customer does not know?", "default amount is $50", ""},
		{"When does a Silver member get an extension?", "only 1 day late", ""},
		{"Can we back-order an item for the customer?", "back-order the item", ""},
		{"What does the promo code give on the next purchase?", "20% off", ""},
		{"What are the options of the shipping status?", "In Transit", ""},
		{"What is the shipping fee refund for a delivered order?", "$8.00", ""},
		{"Is there a helicopter landing pad?", "", ""},
		{"Which fabric are the swimsuits made from?", "", ""},
		{"Do we sponsor a football club?", "", ""},
		{"When does the store in Madrid open?", "", ""},
		{"How do I claim travel expenses?", "", ""},
		{"Can customers bring dogs?", "", ""},
		{"Who approves annual leave?", "", ""},
		{"Do we sell wedding dresses?", "", ""},
		{"What is the wifi code of the office?", "", ""},
		{"Are gift baskets available for Easter?", "", ""},
	}
}
