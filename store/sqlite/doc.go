// Package sqlite keeps everything that clmkit stores in one SQLite file: the
// log of events, the profiles and what they were refused, the catalogue,
// vectors, exposures and leases. It needs no server and no C compiler.
//
//	db, err := sqlite.Open(ctx, "shop.db", nil)
//	if err != nil {
//		return err
//	}
//	defer db.Close()
//	if err := db.Log().Append(ctx, events...); err != nil {
//		return err
//	}
//	profiles := db.Profiles("")
//	view := profile.NewView(profiles, profile.NewFolder(catalogue, nil))
//	if _, err := clm.CatchUp(ctx, db.Log(), nil, view); err != nil {
//		return err
//	}
//	p, err := profiles.Get(ctx, "c-1")
package sqlite
