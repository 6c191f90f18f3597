-- At most one row: the split with this id, and the labels of its classes besides the eight by their emotion.
FROM splits.sets
SELECT
    *,
    (
        FROM catalogue.emotions
        SELECT to_json(map(list(emotion), list(label)))
        WHERE list_contains(further_emotions::VARCHAR[], emotion)
    ) AS further_labels
WHERE split_id = $split_id
