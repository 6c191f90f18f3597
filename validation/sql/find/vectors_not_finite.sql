-- One row per vector that holds NaN, infinity or NULL.
SELECT {key} FROM {source} WHERE len(list_filter({column}, lambda x: x IS NULL OR NOT isfinite(x))) > 0
