// Package segment divides the customers of a shop: an [RFM] scores them by
// recency, frequency and monetary value in quintiles and names the groups that
// the field uses; a [Model] finds groups by k-means on what profiles hold, gives
// them ids that outlive a refit, and says what tells each from the rest.
//
//	rfm, err := segment.FitRFM(store.All(ctx), at, nil)
//	score, ok := rfm.Score(p, at)   // "545"
//	score.Group()                   // champions
//
//	m, err := segment.Fit(ctx, store.All(ctx), at, rand.NewPCG(1, 1), &segment.Options{Previous: lastWeek})
//	id, distance := m.Assign(p, at)
//	m.Text(id)                      // "s3, 412 of 2000 customers (20.6 %): category shoes: 71.1 % here, ..."
//	data, err := json.Marshal(m)    // for next week's Previous
//
// Segments that somebody describes are conditions of package clm/filter; [Propose]
// makes one of plain words, through a model, to be looked at before it is used.
//
// # Who is in it
//
// Every profile of the sequence counts, but for those of customers whose latest
// word on being profiled is no: they move nothing and get no score and no segment.
// Traits come into descriptions by the consent rules of
// [profile.Profile.Traits].
//
// # What holds
//
// The order of the profiles does not matter, and the same profiles and random
// numbers give the same bytes. Customers of the fit and new ones are scored by
// the same code. A refit on the same profiles keeps every id, whatever the random
// numbers; when customers drift, a segment keeps its id as long as it has moved
// by less than [Options].Near, and an id that is given up never comes back.
//
// # What does not
//
// K-means always finds segments, also where there are none: see
// [Model].Silhouette before giving them names. Their marks say how they differ from the
// rest, not why.
package segment
