-- One row: the parameters of a version of a feature view.
FROM features.views SELECT parameters WHERE version = $version
