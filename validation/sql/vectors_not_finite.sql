-- One row a vector with NaN, infinity or NULL in it; every element is looked at where it lies.
SELECT {key} FROM {source} WHERE len(list_filter({column}, lambda x: x IS NULL OR NOT isfinite(x))) > 0
