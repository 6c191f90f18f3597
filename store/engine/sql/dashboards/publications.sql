-- One row per publication in the history of this one, newest first.
FROM quality.publications
ORDER BY published_at DESC
