-- One row: hashes of the tables that say what the values of rows mean.
SELECT
    (SELECT sum(hash(views)) FROM features.views AS views)::VARCHAR AS views,
    (SELECT sum(hash(services)) FROM features.services AS services)::VARCHAR AS services,
    (SELECT sum(hash(emotions)) FROM catalogue.emotions AS emotions)::VARCHAR AS emotions
