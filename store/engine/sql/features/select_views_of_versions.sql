-- One row per given view version: the feature that it provides.
FROM features.views SELECT feature, "view", version WHERE version IN (SELECT unnest($versions::VARCHAR[]))
