-- one row: the schema version of the older store
FROM old.quality.settings SELECT setting WHERE key = 'schema_version'
