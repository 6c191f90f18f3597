-- At most one row: the final model with files of the system and corpora of a run, the one requested last, with the numbers
-- of people that it was trained on, and of people and labelled photographs that are in use and new since.
-- A model of other classes than those of the run is none of its system.
-- It reads no view, since publications of earlier versions lack `registry.finals`.
WITH own AS (
    FROM registry.runs SELECT model, recipe, split_id, parameters->'$.further_labels' AS further WHERE run_id = $run_id
),
candidates AS (
    FROM registry.runs AS r JOIN splits.sets AS s USING (split_id) JOIN own USING (model, recipe)
    SELECT r.run_id, r.split_id, r.parameters, s.left_out_emotions, s.requested_at AS split_at, r.requested_at
    WHERE (r.parameters->'$.further_labels') IS NOT DISTINCT FROM own.further AND s.strategy = 'final' AND r.status = 'completed' AND r.artifact_path IS NOT NULL
),
trained AS (
    FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id)
    SELECT a.split_id, list_sort(list(DISTINCT i.corpus)) AS corpora, count(DISTINCT i.subject_id) AS n_people
    WHERE a.split_id IN (FROM candidates SELECT split_id UNION FROM own SELECT split_id)
    GROUP BY a.split_id
),
final AS (
    FROM candidates
    JOIN trained USING (split_id)
    SELECT run_id, split_id, parameters, left_out_emotions, corpora, n_people
    WHERE corpora = (FROM trained JOIN own USING (split_id) SELECT corpora)
    ORDER BY split_at DESC, requested_at DESC
    LIMIT 1
),
new AS (
    FROM catalogue.images AS i CROSS JOIN final AS f
    SELECT i.subject_id, i.image_id
    WHERE i.excluded_reason IS NULL AND i.emotion <> 'unknown' AND list_contains(f.corpora, i.corpus)
      AND NOT list_contains(coalesce(f.left_out_emotions::VARCHAR[], []), i.emotion)
      AND NOT EXISTS (FROM splits.assignments AS a WHERE a.split_id = f.split_id AND a.image_id = i.image_id)
),
known AS (
    FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id)
    SELECT DISTINCT i.subject_id WHERE a.split_id = (FROM final SELECT split_id)
)
FROM final AS f
SELECT
    f.run_id, f.n_people, f.parameters->>'$.basis.run_id' AS basis_run_id,
    (FROM new SELECT count(*)) AS n_new_images,
    (FROM (FROM new ANTI JOIN known USING (subject_id)) AS others SELECT count(DISTINCT others.subject_id)) AS n_new_people
