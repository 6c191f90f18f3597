-- One row: colour statistics of the thumbnails of a publication, as JSON.
SELECT setting FROM quality.settings WHERE key = $key
