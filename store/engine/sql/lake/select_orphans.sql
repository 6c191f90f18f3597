-- One row per file below the data path that no snapshot has: of a publication that was killed, or that is being written.
FROM ducklake_delete_orphaned_files('lake', dry_run => true, cleanup_all => true) SELECT path
