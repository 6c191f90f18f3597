-- One row: the version of the thumbnails of today.
SELECT version FROM features.current WHERE feature = 'pixels'
