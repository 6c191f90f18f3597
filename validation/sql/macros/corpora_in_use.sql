-- One row per corpus that the last run split; every corpus of the catalogue in a store of an older version.
CREATE OR REPLACE TEMP MACRO corpora_in_use() AS TABLE
WITH chosen AS (
    SELECT unnest(setting::JSON::VARCHAR[]) AS corpus FROM quality.settings WHERE key = getvariable('corpora_in_use')
)
FROM chosen
UNION ALL
SELECT DISTINCT corpus FROM catalogue.images WHERE NOT EXISTS (FROM chosen)
