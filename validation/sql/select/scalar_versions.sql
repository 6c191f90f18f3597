-- One row per current version of a scalar feature view, with the version of its landmarks.
SELECT current.version, (views.parameters->>'landmarks') AS landmarks
FROM features.current AS current
JOIN features.views AS views USING (version)
WHERE current."view" = $view
