package profile

import "github.com/clmkit/clmkit/clm"

func spanish() *tongue {
	return &tongue{
		code:    "es",
		head:    "Lo que se sabe de la persona a %s:",
		date:    "02/01/2006",
		decimal: ",",
		rate:    "%.0f %%",
		quotes:  [2]string{"«", "»"},
		order:   [2]string{"%d pedido", "%d pedidos"},
		aReturn: [2]string{"%d devolución", "%d devoluciones"},
		days:    [2]string{"%d día", "%d días"},
		past:    [2]string{"hace %d día", "hace %d días"},
		today:   "hoy",
		stages: map[clm.Stage]string{
			clm.Acquisition: "Apenas conoce la tienda",
			clm.Activation:  "Mira, no ha comprado",
			clm.Conversion:  "Ha comprado, aún no con regularidad",
			clm.Retention:   "Compra una y otra vez",
			clm.Maintenance: "Compró y ha callado",
		},
		since:      ", desde el %s",
		orders:     "%s, el último el %s (%s)",
		money:      "Gastó %s en %s, descontadas las devoluciones",
		prices:     "La mitad de las piezas costó de %s a %s, la mediana es %s",
		onePrice:   "Una pieza costó unos %s",
		returns:    "Devolvió el %s del valor pedido en %s, en %s",
		rhythms:    "Entre pedidos: unos %s, más o menos %d",
		categories: "Intereses: %s",
		brands:     "Marcas: %s",
		channel:    "Sobre todo en %s (%s)",
		hours:      "Más actividad de %d a %d h (%s)",
		missing:    "Se sabe poco de: %s",
		parts: map[Part]string{
			Behaviour: "comportamiento", Purchases: "compras", Interests: "intereses", Words: "palabras propias", Rhythm: "ritmo de pedidos",
		},
		traited:   "%s: %s (%s)",
		saying:    ", dijo %s",
		searching: ", buscó %s",
		names: map[string]string{
			clm.Interest: "Le interesa", clm.Dislike: "No quiere", clm.PrefersBrand: "Le gusta la marca", clm.WearsSize: "Talla",
			clm.PriceSensitivity: "Sensibilidad al precio", clm.Occasion: "Compra para", clm.LifeEvent: "Acontecimiento", clm.Language: "Idioma",
			clm.PrefersChannel: "Prefiere el canal", clm.AgeBand: "Edad", clm.Household: "Hogar", clm.Gender: "Género",
		},
		confidence:   [5]string{"confirmado", "seguro", "probable", "posible", "un indicio débil"},
		agreed:       "Aceptó %s el %s",
		refused:      "Rechazó %s el %s",
		unsubscribed: "Baja de %s el %s",
		everything:   "todos los canales",
	}
}
