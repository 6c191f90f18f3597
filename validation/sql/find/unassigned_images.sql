-- One row per active photograph that a current split lacks although it holds others of its corpus.
-- Unlabelled photographs and those of emotions that the split leaves out are not part of it.
WITH covered AS (
    SELECT DISTINCT sets.split_id, sets.as_of, coalesce(sets.left_out_emotions::VARCHAR[], []) AS left_out, members.corpus
    FROM splits.current AS sets
    JOIN {batch} AS assignments USING (split_id)
    JOIN catalogue.images AS members USING (image_id)
), unassigned AS (
    SELECT covered.split_id, covered.as_of, covered.left_out, images.image_id
    FROM catalogue.images AS images
    JOIN covered USING (corpus)
    WHERE images.excluded_reason IS NULL
      AND NOT EXISTS (
          FROM {batch} AS assignments
          WHERE assignments.image_id = images.image_id AND assignments.split_id = covered.split_id
      )
)
SELECT unassigned.split_id, unassigned.image_id
FROM unassigned
ASOF LEFT JOIN catalogue.labels AS labels
  ON labels.image_id = unassigned.image_id AND labels.known_at <= unassigned.as_of
WHERE NOT list_contains(list_append(unassigned.left_out, 'unknown'), coalesce(labels.emotion, ''))
