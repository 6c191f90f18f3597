-- one row a run, part, whether at the run's temperature, and bin of the greatest probability that occurs
CREATE OR REPLACE VIEW reliability AS
WITH told AS (
    FROM registry.predictions
    SELECT
        run_id, part, temperature, predicted = truth AS is_right,
        list_value(*COLUMNS('.*_prob')) AS probabilities
),
each AS (
    FROM told SELECT run_id, part, false AS is_scaled, is_right, list_max(probabilities) AS confidence
    UNION ALL
    FROM told
    SELECT
        run_id, part, true AS is_scaled, is_right,
        greatest(list_max(probabilities), 1e-7) ** (1 / temperature)
            / list_sum(list_transform(probabilities, lambda p: greatest(p, 1e-7) ** (1 / temperature))) AS confidence
)
FROM each
SELECT
    run_id, part, is_scaled, least(floor(confidence * 15), 14)::UTINYINT AS bin, count(*) AS n_images,
    avg(confidence) AS confidence, avg(is_right::INT) AS accuracy
GROUP BY ALL
ORDER BY ALL
