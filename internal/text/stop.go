package text

// IsStopWord reports whether the word, as Lower gives it, carries grammar rather than meaning: articles, pronouns,
// prepositions, conjunctions and auxiliary verbs of English, German, French and Spanish. Other languages have none.
func (l Language) IsStopWord(word string) bool {
	switch l.primary() {
	case "en":
		return isEnglishStopWord(word)
	case "de":
		return isGermanStopWord(word)
	case "fr":
		return isFrenchStopWord(word)
	case "es":
		return isSpanishStopWord(word)
	}
	return false
}

func isEnglishStopWord(word string) bool {
	switch word {
	case "a", "an", "the", "this", "that", "these", "those", "such", "some", "any", "each", "both", "either", "neither",
		"i", "me", "my", "mine", "myself", "you", "your", "yours", "yourself", "he", "him", "his", "himself",
		"she", "her", "hers", "herself", "it", "its", "itself", "we", "us", "our", "ours", "ourselves",
		"they", "them", "their", "theirs", "themselves", "who", "whom", "whose", "which", "what", "there", "here",
		"am", "is", "are", "was", "were", "be", "been", "being", "have", "has", "had", "having",
		"do", "does", "did", "doing", "will", "would", "shall", "should", "can", "could", "may", "might", "must",
		"of", "in", "on", "at", "by", "for", "from", "to", "into", "onto", "with", "about", "as", "over", "under", "between",
		"through", "during", "and", "or", "but", "nor", "if", "then", "than", "because", "while", "so", "also", "too",
		"very", "just", "only", "when", "where", "why", "how", "again", "once", "own", "same",
		"i'm", "i've", "i'd", "i'll", "you're", "you've", "you'd", "you'll", "it's", "he's", "she's", "that's", "there's",
		"we're", "we've", "we'll", "they're", "they've", "they'll", "what's", "who's", "let's":
		return true
	}
	return false
}

func isGermanStopWord(word string) bool {
	switch word {
	case "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "dieser", "diese",
		"dieses", "diesen", "diesem", "ich", "du", "er", "sie", "es", "wir", "ihr", "mich", "dich", "sich", "uns", "euch",
		"mir", "dir", "ihm", "ihn", "ihnen", "mein", "meine", "dein", "deine", "sein", "seine", "unser", "unsere",
		"ihre", "ihren", "bin", "bist", "ist", "sind", "seid", "war", "waren", "wird", "werden", "wurde", "wurden", "habe",
		"hat", "haben", "hatte", "kann", "können", "muss", "müssen", "soll", "sollen", "will", "wollen", "und", "oder",
		"aber", "wenn", "weil", "dass", "als", "ob", "auch", "nur", "noch", "schon", "sehr", "so", "wie", "wo", "was",
		"wer", "in", "im", "an", "am", "auf", "aus", "bei", "beim", "bis", "durch", "für", "mit", "nach", "über", "um",
		"unter", "von", "vom", "vor", "zu", "zum", "zur", "zwischen", "da", "hier", "dann":
		return true
	}
	return false
}

func isFrenchStopWord(word string) bool {
	switch word {
	case "le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "ce", "cet", "cette", "ces", "c'est", "je", "j'ai",
		"tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "me", "te", "se", "lui", "leur", "leurs", "mon", "ma",
		"mes", "ton", "ta", "tes", "son", "sa", "ses", "notre", "nos", "votre", "vos", "qui", "que", "quoi", "dont", "où",
		"suis", "es", "est", "sommes", "êtes", "sont", "était", "être", "ai", "as", "a", "avons", "avez", "ont", "avoir",
		"et", "ou", "mais", "si", "car", "donc", "comme", "quand", "parce", "pour", "par", "sur", "sous", "dans", "en",
		"avec", "sans", "chez", "entre", "vers", "à", "au", "aux", "y", "très", "plus", "aussi", "ne", "quel", "quelle":
		return true
	}
	return false
}

func isSpanishStopWord(word string) bool {
	switch word {
	case "el", "la", "los", "las", "lo", "un", "una", "unos", "unas", "este", "esta", "estos", "estas", "ese", "esa", "eso",
		"esto", "yo", "tú", "él", "ella", "usted", "ustedes", "nosotros", "ellos", "ellas", "me", "te", "se", "le", "les",
		"nos", "mi", "mis", "tu", "tus", "su", "sus", "nuestro", "nuestra", "que", "qué", "quien", "quién", "cual", "cuál",
		"soy", "eres", "es", "somos", "son", "era", "fue", "ser", "estoy", "está", "están", "estar", "he", "ha", "han",
		"haber", "hay", "y", "e", "o", "u", "pero", "si", "porque", "como", "cómo", "cuando", "cuándo", "donde", "dónde",
		"de", "del", "a", "al", "en", "con", "por", "para", "sin", "sobre", "entre", "hasta", "desde", "muy", "más",
		"también", "ya":
		return true
	}
	return false
}
