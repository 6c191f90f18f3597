-- one row a photograph in the catalogue
SELECT image_id, path, subject_id, sex, population FROM catalogue.images
