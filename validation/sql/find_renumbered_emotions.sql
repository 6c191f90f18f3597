-- One row an emotion that is missing, unknown, or has another index than the networks' output.
WITH known AS (
    SELECT unnest(getvariable('emotions')) AS emotion, unnest(range(len(getvariable('emotions')))) AS label
)
SELECT emotion
FROM known
FULL JOIN {batch} AS told USING (emotion)
WHERE known.label IS DISTINCT FROM told.label
