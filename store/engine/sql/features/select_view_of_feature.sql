-- One row: the feature view that provides the current values of a feature; none for an unknown feature.
FROM features.current SELECT "view" WHERE feature = $feature
