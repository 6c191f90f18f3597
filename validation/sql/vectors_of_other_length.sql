-- One row a vector of another length, NULL elements counted.
SELECT {key} FROM {source} WHERE len({column}) <> {length}
