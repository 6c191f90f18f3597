-- One row per metric and family of slices that some run has.
SELECT DISTINCT metric, split_part(slice, '=', 1) AS factor FROM registry.metrics
