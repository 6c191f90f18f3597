-- One row per row of this table with an error outside the range, or a mean error that is not the mean of the errors.
SELECT image_id, version
FROM rows_to_check('{batch}')
WHERE list_min(errors) < getvariable('errors_low') OR list_max(errors) > getvariable('errors_high')
   OR NOT abs(list_avg(errors) - mean_error) <= getvariable('error_tolerance') * (1 + mean_error)
