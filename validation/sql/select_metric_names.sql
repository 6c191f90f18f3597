-- One row a metric and family of slices that some run is measured by.
SELECT DISTINCT metric, split_part(slice, '=', 1) AS factor FROM registry.metrics
