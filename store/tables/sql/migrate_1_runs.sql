-- one row a run of the older store, with its service; the version is completed from the view versions afterwards
FROM old.registry.runs SELECT *, model || '.' || recipe AS service, '' AS service_version, run_id AS configuration
