-- One row per name that can be described, with its kind; a feature hides a view or service of the same name.
WITH features_ AS (
    FROM features.views SELECT DISTINCT feature
)
SELECT feature AS name, 'feature' AS kind FROM features_
UNION ALL SELECT DISTINCT "view", 'feature view' FROM features.views WHERE "view" NOT IN (FROM features_)
UNION ALL SELECT version, 'version' FROM features.views
UNION ALL SELECT DISTINCT service, 'service' FROM features.services WHERE service NOT IN (FROM features_)
UNION ALL SELECT split_id, 'split' FROM splits.sets
UNION ALL SELECT run_id, 'run' FROM registry.runs
