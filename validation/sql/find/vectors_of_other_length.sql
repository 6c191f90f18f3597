-- One row per vector of another length, NULL elements included.
SELECT {key} FROM {source} WHERE len({column}) <> {length}
