-- one row a photograph in the catalogue
SELECT image_id, corpus, path, subject_id, sex, population FROM catalogue.images
