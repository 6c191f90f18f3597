-- One row per number that is NaN, infinite or outside the range of its column; NULL passes.
SELECT {key} FROM {source} WHERE NOT {column} BETWEEN {low} AND {high}
