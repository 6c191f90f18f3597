-- One number: the photographs in the catalogue.
SELECT count(*) FROM catalogue.images
