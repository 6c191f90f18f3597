-- One number: the thumbnails of faces in this copy of the store.
SELECT count(rgb) FROM features.pixels
