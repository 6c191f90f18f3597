-- One row a pair of photographs of two people of one corpus whose thumbnails of today show nearly the same picture.
-- The last condition names `seen` so that no other pair's pictures are looked at.
CREATE OR REPLACE TEMP MACRO near_pictures() AS TABLE
WITH seen AS (
    SELECT near.image_id, near.other_image_id, near.bits_apart, one.rgb, other.rgb AS other_rgb
    FROM (FROM met_pictures() WHERE bits_apart <= getvariable('near_sketch_bits')) AS near
    JOIN features.pixels AS one ON one.image_id = near.image_id AND one.version = near.version
    JOIN features.pixels AS other ON other.image_id = near.other_image_id AND other.version = near.version
)
SELECT image_id, other_image_id
FROM seen
WHERE CASE WHEN bits_apart >= 0 THEN likeness(rgb, other_rgb) >= getvariable('same_picture_likeness') END
