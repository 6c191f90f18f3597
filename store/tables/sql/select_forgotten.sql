-- one row a person who withdrew consent
FROM catalogue.forgotten SELECT subject_hash, forgotten_at
