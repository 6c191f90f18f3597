-- One row per run on the leaderboard with a network, and layer.
WITH listed AS (
    FROM registry.runs
    SEMI JOIN leaderboard USING (run_id)
    SELECT
        run_id,
        from_json(
            parameters->'$.layers',
            '[{"kind": "VARCHAR", "output_shape": "VARCHAR", "weights": "UBIGINT", "trainable_weights": "UBIGINT"}]'
        ) AS layers
),
numbered AS (
    FROM listed SELECT run_id, unnest(layers) AS layer, generate_subscripts(layers, 1) AS position
)
FROM numbered
SELECT run_id, position, layer.kind, layer.output_shape, layer.weights, layer.trainable_weights
ORDER BY run_id, position
