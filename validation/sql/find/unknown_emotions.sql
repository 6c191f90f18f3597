-- One row per row whose emotion is no class of the home, neither one of the eight nor declared, and not unknown either.
SELECT {key} FROM {source} WHERE {column} <> 'unknown' AND {column} NOT IN (SELECT emotion FROM catalogue.emotions)
