-- One row: when the latest ratings by people were stored; NULL if there are none.
FROM catalogue.ratings SELECT max(known_at) AS known_at
