-- one number: photographs in the catalogue
SELECT count(*) FROM catalogue.images
