-- one row a view version among these: the feature that it gives
FROM features.views SELECT feature, "view", version WHERE version IN (SELECT unnest($versions::VARCHAR[]))
