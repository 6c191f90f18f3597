-- One row per feature: the current version of its view.
FROM features.current ORDER BY feature
