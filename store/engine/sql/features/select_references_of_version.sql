-- One row: what deltas of a version refer to, 'one' or 'mean'.
FROM features.views SELECT coalesce(parameters->>'references', 'one') AS "references" WHERE version = $version
