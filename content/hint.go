package content

// The turns of phrase that tell a fact of the portrait, by the fact's kind or the trait's name, and by its value where it
// has a few known ones. The lists are our own selection.

// englishKnowing are the words by which a sentence says what the customer likes, said or does.
const englishKnowing = `
we know|as you asked|as you wished|as you wanted|we noticed|we ve noticed|we saw|we ve seen|we remember|we remembered|we heard|we ve heard|knowing that you|
knowing how|you mentioned|you said|you wrote|you told|you asked|you like|you love|you adore|you prefer|you enjoy|
you favour|you favor|you re into|you are into|you re interested|you are interested|you re fond|you are fond|
you re passionate|you are passionate|your interest|your interests|your passion|your love|your taste|your taste in|
your favourite|your favorite|your favourites|your favorites|your preferred|your weakness for|your usual|fan of|
you usually|you often|you always|you keep|you search|you searched|you were searching|you collect|you wear|
you don t like|you dislike|you hate|you avoid|since you|because you|as you re|as you are|people like you|given your|
your size|you re a|you are a|into account`

// englishLiking and germanLiking are words that say so beside "you" or "your".
const (
	englishLiking = `
passion passionate weakness heart taste fond fan fans enthusiast enthusiasts lover lovers connoisseur connoisseurs
collector collectors obsession obsessed hobby interest interests interested devoted devotee loyal brand brands favourite favorite
favourites favorites preference preferences preferred`
	germanLiking = `
leidenschaft leidenschaftlich schwache herz geschmack fan fans liebhaber liebhaberin liebhaberinnen kenner kennerin
sammler sammlerin hobby interesse interessen interessiert vorliebe vorlieben marke marken lieblingsmarke lieblingsmarken faible
begeistert begeisterung treu`
)

// germanKnowing are the same in German.
const germanKnowing = `
wir wissen|wie gewunscht|wie du wolltest|wie sie wollten|uns ist aufgefallen|wir haben gesehen|wir haben gehort|wir haben bemerkt|wir erinnern uns|du hast gesagt|
du sagtest|du hast erwahnt|du hast geschrieben|du hast gefragt|du magst|du liebst|du stehst auf|du bevorzugst|
du interessierst|deine leidenschaft|deine liebe|deine vorliebe|dein interesse|deine interessen|dein geschmack|
deinen geschmack|deine lieblingsmarke|deiner lieblingsmarke|dein lieblings|fan von|weil du|da du|du suchst|du hast gesucht|
du suchtest|du sammelst|du tragst|du magst kein|du meidest|du kaufst|du bist|deine grosse|deiner grosse|
sie mogen|sie lieben|sie bevorzugen|sie interessieren|ihre leidenschaft|ihre vorliebe|ihr interesse|ihre interessen|
ihre lieblingsmarke|weil sie|da sie|sie suchen|sie haben gesucht|sie tragen|sie haben gesagt|sie sagten|ihre grosse|
ihrer grosse|fur dich als|fur sie als|wie dich|wie du`

func englishHints() map[string][]string {
	return lists(map[string]string{
		"money":             "you spent|you ve spent|you have spent|your spending|how much you spend|you spend",
		"price":             "your price range|you usually pay|you usually spend|what you like to pay|your price class|you tend to pay",
		"rhythm":            "you usually order|you order every|you shop every|you buy every|your next order is due|due for an order|like clockwork|time for your next order|your usual rhythm",
		"returns":           "came back to us|come back to us|parcel back|sent us back|send it back|you returned|you ve returned|you sent back|you send back|you sent it back|your return|your returns|you return",
		"hours":             "you usually shop|you shop in the|you shop at|night owl|early bird|late night shopper|when you shop",
		"channel":           "ring you|call you|phone you|text you|write to you on|reach you on|you prefer to be called|from your phone|on your phone|on your mobile|in the app you|you usually visit|your preferred channel",
		"consent":           "you agreed|you consented|your consent|you unsubscribed|you refused|you opted|you signed up for",
		"size":              "your size|your usual size|your clothing size|your shoe size|the size you wear",
		"price_sensitivity": "break the bank|your wallet|your purse|easy on the wallet|small budget|tight budget|limited budget|when money|every penny|count the pennies|good value for you|your budget|a budget like yours|price conscious|watching your spending|watch your spending|you can afford|money is tight|bargain hunter|without looking at the price|money is no object",
		"language":          "you speak|your language|your mother tongue|your native",
		"age_band":          "thirties|twenties|forties|fifties|sixties|seventies|teenager|teenagers|for your generation|people your age|your age|at your age|your generation|in your teens|in your twenties|in your thirties|in your forties|in your fifties|in your sixties|in your seventies|a young person like you|seniors like you",
		"life_event baby":   "sleepless nights|a little one|the little one|first steps|nursery|a baby|parents to be|mum to be|mom to be|dad to be|newborn|newborns|pregnant|pregnancy|expecting|your little one|your new arrival|new parent|new parents|new mum|new mom|new dad|motherhood|fatherhood|parenthood|your bump|maternity",
		"life_event moving": "you have moved|you ve moved|boxes unpacked|unpacked|unpacking|moving boxes|the move|new address|new four walls|new surroundings|new neighbourhood|moving in|your move|your new home|your new house|your new flat|your new apartment|your new place|your new place|your new address|housewarming|you moved|you re moving|you are moving|settle in|settled in",
		"life_event wedding": "saying yes|say yes|said yes|saying i do|say i do|walk down the aisle|the aisle|bridal|the wedding|honeymoon|wedding bells|married life|happy couple|your wedding|your big day|the big day|getting married|tie the knot|bride|groom|bride to be|newlywed|newlyweds|your engagement|" +
			"your fiance|your fiancee|your marriage|congratulations on your engagement",
		"life_event job":     "new job|a new job|new colleagues|new desk at work|first week at work|your first week|your new job|your new position|your new role|your promotion|your first day at work|your new career",
		"life_event pet":     "puppy|kitten|new pet|four legged friend|furry friend|your new pet|your puppy|your kitten|your dog|your cat|your four legged",
		"occasion gift":      "the gift you|a gift you|gift you were|present you were|you are looking for a gift|you re looking for a gift|your gift for",
		"occasion mother":    "mum|mom|mummy|mommy|mama|your mother",
		"occasion father":    "dad|daddy|papa|your father",
		"occasion wedding":   "the wedding|your wedding|wedding guest|the bride|the newlyweds",
		"occasion birthday":  "the birthday|birthday party|birthday present|birthday gift|the birthday child",
		"occasion christma":  "your christmas gift|your christmas shopping",
		"household children": "a parent|parents|the kids|the children|the little ones|kids at home|family of|mum of|mom of|dad of|school run|your kids|your children|your little ones|your family|as a parent|as a mum|as a mom|as a dad|parents like you|your son|your daughter",
		"household alone":    "lives alone|by yourself|solo household|household of one|living alone|live alone|living on your own|live on your own|single household|just for one",
		"gender female":      "woman|women|lady|ladies|madam|girls|girl|feminine|sisterhood|as a woman|women like you|for a woman like|for ladies|dear madam|like a lady|her body",
		"gender male":        "man|men|gentleman|gentlemen|sir|lads|guys|masculine|as a man|men like you|for a man like|for gentlemen|dear sir|like a gentleman",
	})
}

func germanHints() map[string][]string {
	return lists(map[string]string{
		"money":              "du hast ausgegeben|deine ausgaben|ihre ausgaben|du gibst|sie geben|ausgegeben hast|ausgegeben haben",
		"price":              "dein preisrahmen|deinem preisrahmen|deine preisklasse|deiner preisklasse|ihre preisklasse|ihrer preisklasse|du zahlst|sie zahlen",
		"rhythm":             "du bestellst|sie bestellen|alle paar wochen|dein bestellrhythmus|zeit fur deine nachste bestellung|zeit fur ihre nachste bestellung",
		"returns":            "zuruck kam|zuruckkam|zuruckgegeben|zuruckgesendet|rucksendung|retoure|wieder zuruck|zuruckgeschickt|deine rucksendung|deine rucksendungen|ihre rucksendung|ihre rucksendungen|deine retoure|deine retouren",
		"hours":              "nachteule|fruhaufsteher|du kaufst am|du shoppst|wenn du abends|wenn du nachts|du abends",
		"channel":            "rufen dich an|rufen sie an|anrufen|auf whatsapp|auf deinem handy|von deinem handy|auf ihrem handy|du besuchst uns meist|lieber angerufen",
		"consent":            "du hast zugestimmt|deine einwilligung|deiner einwilligung|ihre einwilligung|ihrer einwilligung|du hast dich abgemeldet|du hast abgelehnt",
		"size":               "deine grosse|deiner grosse|ihre grosse|ihrer grosse|deine schuhgrosse|deine kleidergrosse|die grosse die du tragst",
		"price_sensitivity":  "geldbeutel|kleines budget|kleinen preis fur dich|schont das konto|jeden cent|portemonnaie|dein budget|deinem budget|ihr budget|ihrem budget|preisbewusst|preisbewusste|preisbewussten|schnappchenjager|aufs geld achten|sparfuchs|du dir leisten|geld keine rolle",
		"language":           "du sprichst|sie sprechen|deine sprache|deine muttersprache|ihre muttersprache|deiner sprache",
		"age_band":           "dreissiger|zwanziger|vierziger|funfziger|sechziger|in den dreissigern|in den vierzigern|teenager|in deinem alter|dein alter|ihrem alter|ihr alter|deine generation|deiner generation|jung wie du|senioren wie",
		"life_event baby":    "baby|babys|kleinen schatz|durchwachte nachte|windeln|eltern|erstes lacheln|kinderwagen|neugeborene|neugeborenen|neugeborenes|schwanger|schwangerschaft|nachwuchs|frischgebackene|elternschaft|mutterschaft|dein baby|deinem baby|babybauch|elternzeit",
		"life_event moving":  "neuen vier wande|neue vier wande|umzugskisten|umzugskartons|ausgepackt|neuen adresse|neues zuhause|neuen zuhause|eingezogen|umzug|dein neues zuhause|deinem neuen zuhause|deiner neuen wohnung|deine neue wohnung|dein neues haus|ihr neues zuhause|ihre neue wohnung|einzug|einweihung|umgezogen",
		"life_event wedding": "ja sagst|ja gesagt|ja wort|traualtar|frisch vermahlt|frisch verheiratet|hochzeitsglocken|brautpaar|hochzeit|braut|brautigam|heiratest|heiraten|hochzeitstag|verlobung|verlobt|jawort|trauung|flitterwochen|grosser tag|grossen tag",
		"life_event job":     "neuer job|neuen job|neue stelle|neuen kollegen|erster arbeitstag|ersten arbeitstag|dein neuer job|deinem neuen job|deinen neuen job|deine neue stelle|deiner neuen stelle|neuen arbeitsplatz|beforderung",
		"life_event pet":     "welpe|welpen|katzchen|haustier|vierbeiner|dein hund|deinem hund|deinen hund|deine katze|deiner katze|dein welpe|deinen welpen|dein haustier",
		"occasion gift":      "das geschenk das du|geschenk suchst|geschenk gesucht|dein geschenk fur|ihr geschenk fur",
		"occasion mother":    "mama|mutti|deine mutter|deiner mutter|ihre mutter|ihrer mutter",
		"occasion father":    "papa|vati|dein vater|deinem vater|deinen vater|ihr vater|ihrem vater",
		"occasion wedding":   "hochzeit|hochzeitsfeier|hochzeitsgast|braut|brautpaar|trauung",
		"occasion birthday":  "geburtstag|geburtstagsgeschenk|geburtstagsfeier|geburtstagskind",
		"household children": "eltern|mutter von|vater von|die kinder|deine kleinen|familie mit kindern|kinderzimmer|deine kinder|deinen kindern|ihre kinder|ihren kindern|deine familie|deiner familie|als mutter|als vater|als eltern|dein sohn|deine tochter",
		"household alone":    "allein lebst|allein leben|alleinlebend|single haushalt|singlehaushalt|nur fur dich allein",
		"gender female":      "frau|frauen|dame|damen|madels|weiblich|als frau|frauen wie|fur die dame|damen wie",
		"gender male":        "mann|manner|herr|herren|jungs|mannlich|als mann|manner wie|fur den herrn|herren wie",
	})
}

// lists cuts the texts of a map at their bars.
func lists(texts map[string]string) map[string][]string {
	m := make(map[string][]string, len(texts))
	for key, t := range texts {
		m[key] = list(t)
	}
	return m
}
