-- one row a person of whom the store has photographs or labels
SELECT subject_id FROM catalogue.images UNION SELECT subject_id FROM catalogue.labels
