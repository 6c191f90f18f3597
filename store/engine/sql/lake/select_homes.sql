-- One row per home that publishes into the lake.
FROM lake.stored.homes SELECT home_id, schema_version, publication, published_at, corpora ORDER BY home_id
