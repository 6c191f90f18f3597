-- One row: how bright the pictures of a publication are, as JSON.
SELECT setting FROM quality.settings WHERE key = $key
