-- One row: how many rows to delete have a value in one column that the attached store `source` no longer has.
FROM (FROM {table} AS t SEMI JOIN gone_rows AS g ON t.rowid = g.number SELECT t."{column}"::VARCHAR AS value)
ANTI JOIN (FROM source.{holder} SELECT "{held}"::VARCHAR AS value) AS held USING (value)
SELECT count(*) WHERE value IS NOT NULL
