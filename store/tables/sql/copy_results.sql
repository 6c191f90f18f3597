-- one row an audit and check; where it names the person, that is left out
FROM source.quality.results AS r
SELECT * REPLACE (
    CASE WHEN names_person(observed, $things, $person, $others) THEN 'left out: a person withdrew consent' ELSE observed END
        AS observed,
    CASE WHEN names_person(sample_ids::VARCHAR, $things, $person, $others) THEN '[]'::JSON ELSE sample_ids END AS sample_ids
)
