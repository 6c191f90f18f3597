-- one row a setting of the older store: all but its schema version
INSERT INTO quality.settings FROM old.quality.settings WHERE key <> 'schema_version' ON CONFLICT DO NOTHING
