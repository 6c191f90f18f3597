-- One row per photograph of a split with the labels as of the split, the latest ratings by people, and whether it is the
-- reference of another expression's aligned delta; without features.
WITH subject_references AS (
    FROM features.deltas_at(
        (FROM splits.sets SELECT feature_versions->>'aligned' WHERE split_id = $split_id), $as_of
    ) AS d
    JOIN catalogue.labels_at($as_of) AS k USING (image_id)
    SELECT d.image_id, d.version, d.created_at, d.reference_image_id
    WHERE k.emotion <> 'neutral'
), all_references AS (
    FROM subject_references SELECT reference_image_id AS image_id
    UNION
    FROM subject_references AS d JOIN features.delta_references AS r USING (image_id, version, created_at)
    SELECT r.reference_image_id
)
FROM splits.assignments AS a
JOIN catalogue.labels_at($as_of) AS k USING (image_id)
JOIN catalogue.emotions AS e USING (emotion)
LEFT JOIN catalogue.ratings_at('infinity'::TIMESTAMPTZ) AS r USING (image_id)
SELECT
    a.image_id, k.subject_id, a.part, e.label, k.camera_angle_deg, k.gaze, k.sex, k.population, k.age,
    a.image_id IN (FROM all_references SELECT image_id) AS is_reference, r.* EXCLUDE (image_id, known_at)
WHERE a.split_id = $split_id
ORDER BY a.image_id
