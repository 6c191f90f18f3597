-- One row per emotion that is missing, unknown, or has another index than the model outputs.
WITH known AS (
    SELECT unnest(getvariable('emotions')) AS emotion, unnest(range(len(getvariable('emotions')))) AS label
)
SELECT emotion
FROM known
FULL JOIN {batch} AS emotions USING (emotion)
WHERE known.label IS DISTINCT FROM emotions.label
