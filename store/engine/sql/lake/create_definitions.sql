-- One row: which schema version defined the views of the lake, and a hash of their definitions.
CREATE TABLE IF NOT EXISTS lake.stored.definitions (schema_version VARCHAR, sha256 VARCHAR)
