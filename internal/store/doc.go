// Package store is the SQLite file under a node: one writer, several readers,
// and nothing acknowledged before it is on the disk.
//
// Guarantees: [DB.Write] returns nil only after the commit has been synced
// (WAL, synchronous=FULL); a [DB.Read] sees one snapshot and never waits for the
// writer; after a fault of the disk the next Write starts on a fresh connection.
//
// Tables belong to the packages that name them in migrations/NNNN_name.sql; a
// migration that has been released is never edited. This package owns no table.
//
//	db, err := store.Open(ctx, filepath.Join(dir, "konbit.db"), store.Options{})
//	err = db.Write(ctx, func(tx *store.Tx) error {
//		_, err := tx.Exec(ctx, "INSERT INTO post (name) VALUES (?)", name)
//		return err
//	})
package store
