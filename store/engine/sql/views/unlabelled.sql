-- One row per unlabelled photograph in use and system on the leaderboard by person that predicted it.
CREATE OR REPLACE VIEW unlabelled AS
WITH predictions AS (
    FROM registry.unlabelled_predictions
    SELECT
        run_id, image_id, predicted, temperature,
        list_transform(
            list_concat(
                [
                    angry_prob, contemptuous_prob, disgusted_prob, fearful_prob, happy_prob, neutral_prob, sad_prob,
                    surprised_prob
                ],
                map_values(further_chances)
            ),
            lambda p: greatest(p, 1e-7) ** (1 / temperature)
        ) AS weights
)
FROM predictions AS p
JOIN registry.systems AS s USING (run_id)
JOIN catalogue.images AS i USING (image_id)
JOIN catalogue.emotions AS e ON e.label = p.predicted
SELECT
    i.image_id, i.corpus, i.subject_id, i.camera_angle_deg, i.gaze, s.model, s.recipe, e.emotion AS predicted,
    (list_max(weights) / list_sum(weights))::FLOAT AS confidence, p.run_id, i.path
WHERE i.emotion = 'unknown' AND i.excluded_reason IS NULL AND s.strategy = 'by_person'
ORDER BY i.subject_id, i.path, i.image_id, s.model, s.recipe
