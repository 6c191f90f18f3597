-- one row an audit and check; where it names the person, that is left out
FROM source.quality.results AS r
SELECT * REPLACE (
    CASE WHEN regexp_matches(observed, $pattern) THEN 'left out: a person withdrew consent' ELSE observed END AS observed,
    CASE WHEN regexp_matches(sample_ids::VARCHAR, $pattern) THEN '[]'::JSON ELSE sample_ids END AS sample_ids
)
