package profile

import "github.com/clmkit/clmkit/clm"

func french() *tongue {
	return &tongue{
		code:    "fr",
		head:    "Ce que l'on sait de la personne au %s :",
		date:    "02/01/2006",
		decimal: ",",
		rate:    "%.0f %%",
		quotes:  [2]string{"« ", " »"},
		order:   [2]string{"%d commande", "%d commandes"},
		aReturn: [2]string{"%d retour", "%d retours"},
		days:    [2]string{"%d jour", "%d jours"},
		past:    [2]string{"il y a %d jour", "il y a %d jours"},
		today:   "aujourd'hui",
		stages: map[clm.Stage]string{
			clm.Acquisition: "Connaît encore à peine la boutique",
			clm.Activation:  "Regarde, n'a pas commandé",
			clm.Conversion:  "A commandé, pas encore régulièrement",
			clm.Retention:   "Commande régulièrement",
			clm.Maintenance: "A commandé, puis plus rien",
		},
		since:      ", depuis le %s",
		orders:     "%s, la dernière le %s (%s)",
		money:      "A dépensé %s en %s, retours déduits",
		prices:     "La moitié des pièces coûtait de %s à %s, la médiane est %s",
		onePrice:   "Une pièce coûtait environ %s",
		returns:    "A renvoyé %s de la valeur commandée en %s, en %s",
		rhythms:    "Entre deux commandes : environ %s, à %d près",
		categories: "Intérêts : %s",
		brands:     "Marques : %s",
		channel:    "Surtout sur %s (%s)",
		hours:      "Plus actif de %d h à %d h (%s)",
		missing:    "Peu connu : %s",
		parts: map[Part]string{
			Behaviour: "comportement", Purchases: "achats", Interests: "intérêts", Words: "propres mots", Rhythm: "rythme des commandes",
		},
		traited:   "%s : %s (%s)",
		saying:    ", a dit %s",
		searching: ", a cherché %s",
		names: map[string]string{
			clm.Interest: "S'intéresse à", clm.Dislike: "Ne veut pas", clm.PrefersBrand: "Aime la marque", clm.WearsSize: "Taille",
			clm.PriceSensitivity: "Sensibilité au prix", clm.Occasion: "Achète pour", clm.LifeEvent: "Événement de vie", clm.Language: "Langue",
			clm.PrefersChannel: "Préfère le canal", clm.AgeBand: "Âge", clm.Household: "Foyer", clm.Gender: "Genre",
		},
		confidence:   [5]string{"confirmé", "certain", "probable", "possible", "un faible indice"},
		agreed:       "A accepté %s le %s",
		refused:      "A refusé %s le %s",
		unsubscribed: "Désabonnement de %s le %s",
		everything:   "tous les canaux",
	}
}
