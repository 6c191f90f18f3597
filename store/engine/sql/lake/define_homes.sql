-- One row per home that publishes into this lake: its last publication and its corpora.
CREATE OR REPLACE VIEW homes AS
FROM stored.homes SELECT home_id, publication, published_at, corpora, schema_version ORDER BY home_id
