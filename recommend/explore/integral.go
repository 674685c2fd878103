package explore

import "math"

// The nodes and weights of the 15-point Kronrod rule on [-1, 1] and of the 7-point
// Gauss rule inside it: node, Kronrod weight, Gauss weight (0 for nodes that Gauss does
// not have). Piessens et al., QUADPACK, 1983, routine QK15.
var kronrod = [8][3]float64{
	{0.991455371120812639206854697526329, 0.022935322010529224963732008058970, 0},
	{0.949107912342758524526189684047851, 0.063092092629978553290700663189204, 0.129484966168869693270611432679082},
	{0.864864423359769072789712788640926, 0.104790010322250183839876322541518, 0},
	{0.741531185599394439863864773280788, 0.140653259715525918745189590510238, 0.279705391489276667901467771423780},
	{0.586087235467691130294144691693013, 0.169004726639267902826583426598550, 0},
	{0.405845151377397166906606412076961, 0.190350578064785409913256402421014, 0.381830050505118944950369775488975},
	{0.207784955007898467600689403773245, 0.204432940075298892414161999234649, 0},
	{0, 0.209482141084727828012999174891714, 0.417959183673469387755102040816327},
}

// Each piece is halved until its two rules agree to within the tolerance. It ends
// where so many halvings were made that something is wrong with the function; those
// of this package take some tens.
const (
	tolerance  = 1e-10
	mostHalved = 2000
)

// integrate returns the integral of a function that is smooth between breaks.
func integrate(f func(float64) float64, breaks []float64) float64 {
	sum, halvings := 0.0, mostHalved
	for i := 1; i < len(breaks); i++ {
		sum += piece(f, breaks[i-1], breaks[i], &halvings)
	}
	return sum
}

func piece(f func(float64) float64, low, high float64, halvings *int) float64 {
	fine, coarse := rules(f, low, high)
	if *halvings == 0 || math.Abs(fine-coarse) <= tolerance {
		return fine
	}
	*halvings--
	middle := low + (high-low)/2
	return piece(f, low, middle, halvings) + piece(f, middle, high, halvings)
}

// rules returns the integral by both rules.
func rules(f func(float64) float64, low, high float64) (fine, coarse float64) {
	middle, half := low+(high-low)/2, (high-low)/2
	for _, k := range kronrod {
		y := f(middle + half*k[0])
		if k[0] != 0 {
			y += f(middle - half*k[0])
		}
		fine += k[1] * y
		coarse += k[2] * y
	}
	return fine * half, coarse * half
}
