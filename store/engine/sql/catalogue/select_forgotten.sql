-- One row per erased person, identified by a hash.
FROM catalogue.forgotten SELECT subject_hash, forgotten_at
