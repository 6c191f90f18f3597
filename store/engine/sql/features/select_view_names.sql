-- One row per version of a feature view: its view and feature.
FROM features.views SELECT version, "view", feature
