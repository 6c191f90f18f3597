-- One row per system and set of corpora: its final model, which was trained on everybody and whose weights are stored, and
-- the run by person that says how good it is (basis_run_id).
CREATE OR REPLACE VIEW registry.finals AS
WITH trained AS (
    FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id) JOIN splits.sets AS s USING (split_id)
    SELECT split_id, list_sort(list(DISTINCT i.corpus)) AS corpora, count(DISTINCT i.subject_id) AS n_people, count(*) AS n_images
    WHERE s.strategy = 'final'
    GROUP BY split_id
)
FROM registry.runs AS r
JOIN splits.sets AS s USING (split_id)
JOIN trained AS t USING (split_id)
SELECT
    r.run_id, r.model, r.recipe, r.split_id, t.corpora, t.n_people, t.n_images,
    r.parameters->>'$.basis.run_id' AS basis_run_id, r.started_at
WHERE r.status = 'completed' AND r.artifact_path IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY r.model, r.recipe, t.corpora ORDER BY s.requested_at DESC, r.requested_at DESC
) = 1
