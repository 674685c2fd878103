// Package clm holds the words and the flow of customer lifecycle management
// that the other packages of clmkit share: what happened ([Event]), what is
// sold ([Item]), where a customer stands ([Stage]), what the shop does about
// it ([Action]), and how events become knowledge ([Log], [View], [Run]).
//
// Start with a log, put events into it, and bring views up to date:
//
//	log := clm.NewMemory(nil)
//	report, err := clm.Ingest(ctx, log, source, nil) // bad events are counted, not fatal
//	view := profile.NewView(&store, profile.NewFolder(catalogue, nil))
//	caught, err := clm.CatchUp(ctx, log, nil, view)  // or clm.Run, which goes on
//
// # Events
//
// An event has an ID, a customer, a kind and a time; [Kind] lists which other
// fields each kind needs. An order is one event, and so is a return: its
// products are the event's lines, so that an order is counted once however many
// products it has. Money is in minor units.
//
// # One bad event
//
// Events are validated at the door of the log. [Ingest] sets an invalid event
// aside, with the field that is wrong, and goes on; [Log.Append] alone refuses
// the whole call. A valid event that a view cannot fold, such as one that would
// overflow a sum, is set aside by [Run] for that view. Both report each event
// and its reason to the host's SetAside function, and count it. Neither stops
// the stream, and no neighbour is lost.
//
// # Order and repetition
//
// A log keeps the first event of an ID. A view keeps its position with what it
// derived, so reading a stretch twice changes nothing. Events may arrive late:
// the order of appending need not be the order of their times.
//
// # Actions
//
// What goes out to customers passes [Guard], which asks every [Gate] and stays
// closed when one fails, and [Recorded], which writes the contact back to the
// log, so that the loop is closed.
package clm
