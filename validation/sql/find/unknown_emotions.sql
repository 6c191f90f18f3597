-- One row per row whose emotion is no class of the home: none of the eight, and not declared by a corpus.
SELECT {key} FROM {source} WHERE {column} NOT IN (SELECT emotion FROM catalogue.emotions)
