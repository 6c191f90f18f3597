-- One row per current aligned delta over several references: how many there were.
CREATE OR REPLACE VIEW features.reference_counts AS
FROM features.delta_references AS r
JOIN features.present AS p USING (image_id, version, created_at)
SELECT image_id, version, count(*) AS n_references
GROUP BY ALL
