-- One row: the photographs, people and corpora of the store to publish.
FROM source.catalogue.images
SELECT count(*) AS n_images, count(DISTINCT subject_id) AS n_people, coalesce(list_sort(list(DISTINCT corpus)), []) AS corpora
