-- One row per photograph: its labels as known at `moment`.
CREATE OR REPLACE MACRO catalogue.labels_at(moment) AS TABLE
FROM catalogue.labels
WHERE known_at <= moment
QUALIFY row_number() OVER (PARTITION BY image_id ORDER BY known_at DESC) = 1
