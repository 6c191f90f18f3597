-- one row a file and reason to set it aside, without those that name the person
FROM source.catalogue.rejects AS r
WHERE NOT regexp_matches(path, $pattern) AND NOT regexp_matches(detail, $pattern)
