-- One row per emotion that is missing or occurs twice, or that has another index than the model outputs.
-- Indices above those of the eight are those of further classes, which corpora declare.
WITH known AS (
    SELECT unnest(getvariable('emotions')) AS emotion, unnest(range(len(getvariable('emotions')))) AS label
),
numbered AS (
    FROM {batch} SELECT emotion, label, count(*) OVER (PARTITION BY emotion) AS n
)
SELECT emotion
FROM known
FULL JOIN numbered AS emotions USING (emotion)
WHERE known.label IS DISTINCT FROM emotions.label AND (known.label IS NOT NULL OR emotions.label < len(getvariable('emotions')))
   OR emotions.n > 1
