-- One row per delta over several references of which this table lacks the one that the rule chose first.
SELECT deltas.image_id, deltas.version
FROM features.deltas AS deltas
JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
WHERE (views.parameters->>'references') = 'mean' AND NOT EXISTS (
    FROM {batch} AS stored
    WHERE stored.image_id = deltas.image_id AND stored.version = deltas.version
      AND stored.created_at = deltas.created_at AND stored.reference_image_id = deltas.reference_image_id
)
