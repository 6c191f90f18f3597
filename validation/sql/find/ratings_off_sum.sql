-- One row per distribution of raters over the emotions that is incomplete or does not sum to 1.
SELECT image_id, known_at
FROM (SELECT image_id, known_at, [*COLUMNS('agreement_.*')] AS shares FROM {batch}) AS ratings
WHERE list_count(shares) > 0
  AND (list_count(shares) < len(shares) OR NOT abs(list_sum(shares) - 1) <= getvariable('distribution_tolerance'))
