-- one row a run: the version of its service that was current when it started
UPDATE registry.runs AS r
SET service_version = coalesce(
    (FROM features.services AS s SELECT arg_max(s.service_version, s.created_at) WHERE s.service = r.service AND s.created_at <= r.started_at), ''
)
