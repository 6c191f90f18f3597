-- One row per cell of `expression_members`, in the order of their numbers.
FROM expression_members
SELECT
    corpus, version, emotion, camera_angle_deg, count(*)::UINTEGER AS n_images,
    count(DISTINCT subject_id)::UINTEGER AS n_people
GROUP BY corpus, version, emotion, camera_angle_deg, cell
ORDER BY cell
