-- One row: how much a store holds, and when it was published, NULL in a work store.
SELECT
    (SELECT count(*) FROM catalogue.images) AS n_images,
    (SELECT count(DISTINCT subject_id) FROM catalogue.images) AS n_people,
    (SELECT count(*) FROM registry.runs) AS n_runs,
    (SELECT max(published_at) FROM quality.publications) AS published_at
