// Package kill shows that a log and the profiles that are folded from it survive
// processes that die. It lets a writer and some readers work as processes of
// their own, kills them with SIGKILL at random moments, stops some for longer
// than their lease, and in the end compares what is there with what was sent,
// event by event and profile by profile.
//
// A [Trial] runs in a program that starts itself again as the processes to be
// killed: see [Trial.Play], which does the work of one of them.
package kill
