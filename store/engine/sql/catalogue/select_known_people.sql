-- One row per person who has photographs or labels in the store.
SELECT subject_id FROM catalogue.images UNION SELECT subject_id FROM catalogue.labels
