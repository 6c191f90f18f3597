-- One row per home that publishes into the lake: its last publication there.
CREATE TABLE IF NOT EXISTS lake.stored.homes (
    home_id VARCHAR, schema_version VARCHAR, publication VARCHAR, published_at TIMESTAMPTZ, corpora VARCHAR[]
)
