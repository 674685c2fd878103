// Package interaction holds what a recommender learns from: which customer did
// what with which item, and when. It keeps numbers for ids, so that ten million
// interactions fit into a few hundred megabytes, and it can be cut off at any
// moment, so that what is learned at a moment knows nothing of what came later.
//
// [Read] takes events in, [Records.Before] gives the [Past] at a moment,
// [Past.Before] an earlier one with the same numbers, and [Past.With] a later one.
// [Past.AppendBinary] and [DecodePast] turn a past into bytes and back.
package interaction
