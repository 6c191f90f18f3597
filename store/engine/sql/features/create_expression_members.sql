-- One row per current aligned delta of a photograph with an emotion: the cell (corpus, version, emotion and camera angle)
-- that it belongs to, numbered, and its weight, one over the number of photographs of its person in that cell.
CREATE OR REPLACE TEMP TABLE expression_members AS
FROM features.present AS p
JOIN features.current AS c USING (version)
JOIN catalogue.images AS i USING (image_id)
SELECT
    p.image_id, p.version, p.created_at, i.corpus, i.emotion, i.camera_angle_deg, i.subject_id,
    1 / count(*) OVER (PARTITION BY i.corpus, p.version, i.emotion, i.camera_angle_deg, i.subject_id) AS weight,
    dense_rank() OVER (ORDER BY i.corpus, p.version, i.emotion, i.camera_angle_deg) - 1 AS cell
WHERE c.kind = 'aligned' AND i.excluded_reason IS NULL AND i.emotion <> 'unknown'
  AND EXISTS (
      FROM features.deltas AS d
      WHERE d.image_id = p.image_id AND d.version = p.version AND d.created_at = p.created_at
  )
