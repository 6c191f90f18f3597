-- One row per reference in this table without a delta of the same photograph, version and time.
SELECT stored.image_id, stored.version, stored.reference_image_id
FROM {batch} AS stored
WHERE NOT EXISTS (
    FROM features.deltas AS deltas
    WHERE deltas.image_id = stored.image_id AND deltas.version = stored.version AND deltas.created_at = stored.created_at
)
