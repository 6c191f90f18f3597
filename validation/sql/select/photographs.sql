-- One row: the number of active photographs of the corpora in use, quarantined ones included.
SELECT count(*) AS photographs
FROM catalogue.images
WHERE corpus IN (SELECT corpus FROM corpora_in_use()) AND missing_since IS NULL AND removed_at IS NULL
  AND (
      excluded_reason IS NULL
      OR image_id IN (SELECT image_id FROM features.misses WHERE "view" = 'images' AND quarantine_status = 'quarantined')
  )
