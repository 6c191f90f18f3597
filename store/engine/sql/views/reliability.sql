-- One row per run, part, temperature scaling (with or without), and bin of the highest predicted probability that
-- occurs.
CREATE OR REPLACE VIEW reliability AS
WITH scored AS (
    FROM registry.predictions
    SELECT
        run_id, part, temperature, predicted = truth AS is_right,
        list_concat(
            [
                angry_prob, contemptuous_prob, disgusted_prob, fearful_prob, happy_prob, neutral_prob, sad_prob,
                surprised_prob
            ],
            map_values(further_chances)
        ) AS probabilities
),
confidences AS (
    FROM scored SELECT run_id, part, false AS is_scaled, is_right, list_max(probabilities) AS confidence
    UNION ALL
    FROM scored
    SELECT
        run_id, part, true AS is_scaled, is_right,
        greatest(list_max(probabilities), 1e-7) ** (1 / temperature)
            / list_sum(list_transform(probabilities, lambda p: greatest(p, 1e-7) ** (1 / temperature))) AS confidence
)
FROM confidences
SELECT
    run_id, part, is_scaled, least(floor(confidence * 15), 14)::UTINYINT AS bin, count(*) AS n_images,
    avg(confidence) AS confidence, avg(is_right::INT) AS accuracy
GROUP BY ALL
ORDER BY ALL
