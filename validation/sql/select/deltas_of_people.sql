-- One row per photograph with a delta in the same part of a split, and of the same person, as one of the given photographs.
WITH placed AS (
    FROM splits.assignments AS a
    JOIN catalogue.labels_at($as_of) AS k USING (image_id)
    SELECT a.image_id, a.part, k.subject_id
    WHERE a.split_id = $split_id
)
FROM placed
JOIN features.deltas_at($aligned, $as_of) AS moves USING (image_id)
SELECT placed.image_id, placed.part, placed.subject_id, moves.xyz AS aligned
WHERE (placed.part, placed.subject_id) IN (
    FROM placed AS p
    SELECT (p.part, p.subject_id)
    WHERE list_contains($image_ids::VARCHAR[], p.image_id)
)
ORDER BY placed.image_id
