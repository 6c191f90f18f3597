-- One row per version of a feature view.
SELECT "view", version FROM features.views
