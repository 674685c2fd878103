package sim

// department is a category of the shop with what it sells.
type department struct {
	name      string
	kinds     []kind
	materials []string
}

// kind is a type of product with its usual price in major units.
type kind struct {
	name  string
	price float64
}

// maker is a brand; its prices are the usual ones times price.
type maker struct {
	name  string
	price float64
}

var departments = []department{
	{"Kitchen", []kind{{"mug", 9}, {"teapot", 28}, {"mixing bowl", 18}, {"bread bin", 32}, {"apron", 17}, {"chopping board", 22}, {"jug", 16}}, []string{"stoneware", "enamel", "bamboo", "porcelain", "oak"}},
	{"Living", []kind{{"cushion", 24}, {"throw", 39}, {"candle", 12}, {"picture frame", 15}, {"vase", 26}, {"table lamp", 58}, {"wall clock", 34}}, []string{"linen", "wool", "glass", "walnut", "brass"}},
	{"Garden", []kind{{"plant pot", 14}, {"watering can", 27}, {"bird house", 23}, {"lantern", 21}, {"trowel", 13}, {"doormat", 19}}, []string{"zinc", "terracotta", "cedar", "copper", "coir"}},
	{"Bath", []kind{{"soap dish", 8}, {"bath towel", 25}, {"laundry basket", 36}, {"bath mat", 21}, {"toothbrush holder", 10}}, []string{"cotton", "ceramic", "marble", "rattan", "teak"}},
	{"Jewellery", []kind{{"necklace", 35}, {"bracelet", 24}, {"ring", 29}, {"brooch", 19}, {"jewellery box", 31}}, []string{"silver", "gold plated", "pearl", "amber", "rose quartz"}},
	{"Stationery", []kind{{"notebook", 11}, {"wall calendar", 14}, {"card set", 8}, {"pencil case", 12}, {"desk tray", 22}}, []string{"recycled paper", "cork", "felt", "leather", "birch"}},
	{"Toys", []kind{{"puzzle", 16}, {"soft rabbit", 21}, {"building blocks", 29}, {"pull-along dog", 24}, {"tea set", 26}, {"kite", 18}}, []string{"beech", "organic cotton", "plush", "maple", "tin"}},
	{"Fashion", []kind{{"scarf", 27}, {"tote bag", 19}, {"beanie", 18}, {"umbrella", 25}, {"slippers", 32}, {"gloves", 23}}, []string{"merino", "canvas", "cashmere", "corduroy", "jersey"}},
}

var colours = []string{"sage green", "navy blue", "mustard", "ivory", "charcoal", "dusty pink", "rust red", "sky blue", "black", "lavender"}

var styles = []string{"vintage", "nordic", "floral", "striped", "rustic", "modern"}

var brands = []maker{
	{"Alder & Finch", 1.0}, {"Brightwater", 0.8}, {"Casa Linden", 1.2}, {"Dovetail", 1.0}, {"Elm Street", 0.7},
	{"Fjordhem", 1.4}, {"Goose Lane", 0.9}, {"Harrow", 1.6},
}

var occasions = []string{
	"a gift for a birthday", "made for everyday use", "lovely for a new home", "a favourite at Christmas",
	"for slow Sunday mornings", "a small thank you", "at home in small flats",
}

var praises = []string{"a sturdy", "a hand finished", "a simple", "a generous", "an elegant", "a well made"}

var cares = []string{
	"Wipe with a damp cloth.", "Comes in a gift box.", "Each piece is slightly different.", "Made in small batches.",
	"Keep it out of direct sun.", "Made to last for years.",
}

// verdicts open a review; %s is the kind of product.
var verdicts = map[Sentiment][]string{
	Positive: {
		"I love this %s!", "The %s is even nicer than in the pictures.", "Really pleased with my %s.", "Great %s, would buy it again.",
		"What a beautiful %s.", "Perfect %s for our home.",
	},
	Neutral: {
		"The %s is okay.", "An ordinary %s, as described.", "Not bad, not special, just a %s.", "The %s does what it should.",
	},
	Negative: {
		"Very disappointed with this %s.", "The %s arrived broken.", "Poor quality, I would not buy this %s again.",
		"This %s is a waste of money.", "The %s looks cheap.", "I did not like the %s at all.",
	},
}

// grounds follow a verdict.
var grounds = map[Sentiment][]string{
	Positive: {"Excellent quality and quick delivery.", "My sister was delighted.", "The colour is gorgeous.", "Worth every penny."},
	Neutral:  {"Delivery took a week.", "The size is as stated.", "It is a bit plain.", "I have had it for two weeks now."},
	Negative: {"It fell apart after a week.", "The colour is nothing like the photo.", "It smells awful.", "I want my money back."},
}

// questions are what customers write to the shop.
var questions = []string{
	"Where is my order ORDER? It should have been here by now.",
	"Hello, has order ORDER been sent yet?",
	"I would like to return something from order ORDER. How does that work?",
	"Part of order ORDER arrived damaged. Can I get a replacement?",
	"Can I still change the address of order ORDER?",
	"When will I get the refund for order ORDER?",
	"Could you send me an invoice for order ORDER?",
	"Is it possible to have order ORDER wrapped as a gift?",
}
