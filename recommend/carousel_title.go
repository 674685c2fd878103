package recommend

import (
	"strings"

	"github.com/clmkit/clmkit/internal/text"
)

// An Author says who put something into words.
type Author string

// The authors.
const (
	AuthorTemplate Author = "template" // a fixed form of words
	AuthorModel    Author = "model"    // a model, whose words were checked
)

// title returns a theme's title by template, in the language of a BCP 47 tag.
func (m *Model) title(t *Theme, locale string) string {
	titles, ok := titleForms[languageOf(locale)]
	if !ok {
		titles = titleForms["en"]
	}
	return strings.NewReplacer(
		"{name}", capital(t.Name), "{value}", t.Value, "{item}", m.titleOf(t),
	).Replace(titles[t.Kind])
}

// titleOf returns how customers know the item of a theme.
func (m *Model) titleOf(t *Theme) string {
	item, ok := m.past.Index[t.Item]
	if !ok {
		return ""
	}
	if listed := m.past.Catalogue[item]; listed != nil && listed.Title != "" {
		return listed.Title
	}
	return string(t.Item)
}

// languageOf returns the language of a BCP 47 tag, "en" of none.
func languageOf(locale string) string {
	language, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(locale), "_", "-"), "-")
	if language == "" {
		return string(text.English)
	}
	return language
}

// capital returns s with a capital first letter.
func capital(s string) string {
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + s[i:]
		}
	}
	return strings.ToUpper(s)
}

// titleForms are the titles by language.
var titleForms = map[string]map[ThemeKind]string{
	"en": {
		ThemeBecause: "Because you bought {item}", ThemeViewed: "Because you looked at {item}", ThemeBuyAgain: "Buy again",
		ThemeCategory: "Picks in {value}", ThemeBrand: "More from {value}", ThemeAttribute: "{name}: {value}",
		ThemeNew: "New in", ThemeTrending: "Trending now", ThemePopular: "Popular now",
	},
	"de": {
		ThemeBecause: "Weil Sie {item} gekauft haben", ThemeViewed: "Weil Sie {item} angesehen haben", ThemeBuyAgain: "Noch einmal kaufen",
		ThemeCategory: "Auswahl aus {value}", ThemeBrand: "Mehr von {value}", ThemeAttribute: "{name}: {value}",
		ThemeNew: "Neu eingetroffen", ThemeTrending: "Im Trend", ThemePopular: "Jetzt beliebt",
	},
	"fr": {
		ThemeBecause: "Parce que vous avez acheté {item}", ThemeViewed: "Parce que vous avez regardé {item}", ThemeBuyAgain: "À racheter",
		ThemeCategory: "Sélection {value}", ThemeBrand: "Plus d'articles {value}", ThemeAttribute: "{name} : {value}",
		ThemeNew: "Nouveautés", ThemeTrending: "Tendances du moment", ThemePopular: "Populaires en ce moment",
	},
	"es": {
		ThemeBecause: "Porque compró {item}", ThemeViewed: "Porque vio {item}", ThemeBuyAgain: "Volver a comprar",
		ThemeCategory: "Selección de {value}", ThemeBrand: "Más de {value}", ThemeAttribute: "{name}: {value}",
		ThemeNew: "Novedades", ThemeTrending: "Tendencias", ThemePopular: "Populares ahora",
	},
}
