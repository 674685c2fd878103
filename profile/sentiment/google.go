package sentiment

// GoogleResult is a response of Google's documents:analyzeSentiment, in JSON as
// its REST API v2 has it.
type GoogleResult struct {
	DocumentSentiment GoogleSentiment  `json:"documentSentiment"`
	LanguageCode      string           `json:"languageCode"`
	Sentences         []GoogleSentence `json:"sentences"`
	LanguageSupported bool             `json:"languageSupported"`
}

// GoogleSentiment is a score in [-1, 1] and a magnitude of at least 0.
type GoogleSentiment struct {
	Magnitude float64 `json:"magnitude"`
	Score     float64 `json:"score"`
}

// GoogleSentence is a sentence in it. Its offset is from the start of the text.
type GoogleSentence struct {
	Text struct {
		Content     string `json:"content"`
		BeginOffset int    `json:"beginOffset"`
	} `json:"text"`
	Sentiment GoogleSentiment `json:"sentiment"`
}

// Google brings a document to the shape of Google's service. A language counts
// as supported when the lexicon has it.
func (d *Document) Google(offsets Offsets) GoogleResult {
	result := GoogleResult{
		DocumentSentiment: GoogleSentiment{Magnitude: d.Magnitude(), Score: d.Score()},
		LanguageCode:      d.Language.Tag, Sentences: []GoogleSentence{},
	}
	for _, tag := range languages {
		result.LanguageSupported = result.LanguageSupported || tag == primary(d.Language.Tag)
	}
	for _, s := range d.Sentences {
		score := s.Confidences.Score()
		g := GoogleSentence{Sentiment: GoogleSentiment{Magnitude: max(score, -score), Score: score}}
		g.Text.Content, g.Text.BeginOffset = s.In(d.Text), offsets.count(d.Text[:s.Start])
		result.Sentences = append(result.Sentences, g)
	}
	return result
}
