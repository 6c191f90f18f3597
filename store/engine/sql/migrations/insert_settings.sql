-- One row per setting of the older store, under its new key; the schema version is not copied.
INSERT INTO quality.settings
SELECT
    CASE
        WHEN key = 'about' THEN 'publication'
        WHEN key = 'faces are published' THEN 'faces_published'
        WHEN key = 'spread of pictures' THEN 'picture_statistics'
        WHEN key = 'split of the tables train, validate and test' THEN 'materialized_split'
        WHEN key = 'runs that are compared' THEN 'compared_runs'
        WHEN key = 'key of the hashes of forgotten people' THEN 'erasure_key'
        WHEN starts_with(key, 'lost a person who withdrew consent: ')
            THEN 'shortened_split:' || substr(key, length('lost a person who withdrew consent: ') + 1)
        WHEN starts_with(key, 'origin of corpus: ') THEN 'corpus_layout:' || substr(key, length('origin of corpus: ') + 1)
        WHEN starts_with(key, 'what retraining last decided on: ')
            THEN 'retraining_decision:' || substr(key, length('what retraining last decided on: ') + 1)
        WHEN starts_with(key, 'decision that was announced: ')
            THEN 'announced_decision:' || substr(key, length('decision that was announced: ') + 1)
        WHEN starts_with(key, 'audited ') THEN 'audited:' || substr(key, length('audited ') + 1)
        ELSE key
    END AS key,
    setting
FROM old.quality.settings
WHERE key <> 'schema_version'
ON CONFLICT DO NOTHING
