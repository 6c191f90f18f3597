-- At most one row: the version of the landmarks of the published recipe, where the current landmarks are another version.
WITH newest AS (
    FROM features.services
    SELECT version
    WHERE service = 'single_landmarks'
    QUALIFY created_at = max(created_at) OVER (PARTITION BY service)
)
FROM newest WHERE version NOT IN (FROM features.current SELECT version WHERE feature = 'landmarks')
