-- One row per valid thumbnail: its hash.
CREATE OR REPLACE TEMP MACRO hashed_thumbnails() AS TABLE
SELECT image_id, version, hash(rgb) AS checksum FROM rows_to_check('features.pixels') WHERE rgb IS NOT NULL
UNION ALL
SELECT image_id, version, checksum FROM known_values WHERE kind = 'thumbnail'
