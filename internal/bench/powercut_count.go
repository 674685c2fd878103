package main

import "github.com/clmkit/clmkit/internal/powercut"

// cutCount is what came of some cuts.
type cutCount struct {
	cuts, opening                int // cuts, and those while a file was being opened
	acknowledged, batches, folds int // events and batches appended, calls of CatchUp
	erasures, checkpoints        int
	remnants                     int // erased customers whose id was in a file, cut or no cut

	lost       int // acknowledged events that were not there after the cut
	doubled    int // events that were there more than once
	disordered int // events that were not behind those before them
	half       int // batches and erasures that happened in part
	corrupt    int // files that could not be opened, checked or read, events that changed or came from nowhere
	profiles   int // profiles that are not what the events up to their mark add up to
	unfolded   int // marks that went back
	unerased   int // erased customers whose events were back
	traces     int // erased customers whose id was back in a file

	survival powercut.Survival
	first    string // the first damage in words
}

func (c *cutCount) add(o *cutCount) {
	for _, p := range [][2]*int{
		{&c.cuts, &o.cuts}, {&c.opening, &o.opening},
		{&c.acknowledged, &o.acknowledged}, {&c.batches, &o.batches}, {&c.folds, &o.folds},
		{&c.erasures, &o.erasures}, {&c.remnants, &o.remnants}, {&c.checkpoints, &o.checkpoints},
		{&c.lost, &o.lost}, {&c.doubled, &o.doubled}, {&c.disordered, &o.disordered},
		{&c.half, &o.half}, {&c.corrupt, &o.corrupt}, {&c.profiles, &o.profiles},
		{&c.unfolded, &o.unfolded}, {&c.unerased, &o.unerased}, {&c.traces, &o.traces},
	} {
		*p[0] += *p[1]
	}
	c.survival.Add(o.survival)
	if c.first == "" {
		c.first = o.first
	}
}

// damaged reports whether anything was found that should not be.
func (c *cutCount) damaged() bool {
	return c.lost+c.doubled+c.disordered+c.half+c.corrupt+c.profiles+c.unfolded+c.unerased+c.traces > 0
}
