-- One row per photograph with ratings by people: those known at `moment`.
CREATE OR REPLACE MACRO catalogue.ratings_at(moment) AS TABLE
FROM catalogue.ratings
WHERE known_at <= moment
QUALIFY row_number() OVER (PARTITION BY image_id ORDER BY known_at DESC) = 1
