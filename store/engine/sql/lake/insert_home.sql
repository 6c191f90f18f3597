-- One row: the publication of a home that the lake has now.
INSERT INTO lake.stored.homes VALUES ($home_id, $schema_version, $publication, $published_at, $corpora)
