-- One row per deleted decision about an id.
DELETE FROM catalogue.identities
WHERE subject_id IN (SELECT unnest($subject_ids::VARCHAR[]))
RETURNING subject_id
