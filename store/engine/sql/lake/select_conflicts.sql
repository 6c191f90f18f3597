-- One row per thing that another home has published in this lake and that this one publishes, too.
FROM lake.stored.homes AS h, unnest(h.corpora) AS u(corpus)
SELECT 'the corpus ' || corpus AS thing, h.home_id
WHERE h.home_id <> $home_id AND corpus IN (FROM source.catalogue.images SELECT corpus)
UNION ALL
FROM lake.stored.catalogue_images AS i
SEMI JOIN source.catalogue.images USING (image_id)
SELECT count(*) || ' photographs' AS thing, i.home_id
WHERE i.home_id <> $home_id
GROUP BY i.home_id
UNION ALL
FROM lake.stored.registry_runs AS r
SEMI JOIN source.registry.runs USING (run_id)
SELECT count(*) || ' runs' AS thing, r.home_id
WHERE r.home_id <> $home_id
GROUP BY r.home_id
UNION ALL
FROM lake.stored.catalogue_emotions AS e
JOIN source.catalogue.emotions AS o USING (label)
SELECT 'the label ' || label || ' (' || o.emotion || ' here, ' || e.emotion || ' there)' AS thing, e.home_id
WHERE e.home_id <> $home_id AND e.emotion <> o.emotion
ORDER BY ALL
