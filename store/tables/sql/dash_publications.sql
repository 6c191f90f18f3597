-- one row a publication that led to this one, which is the first
FROM quality.publications
ORDER BY published_at DESC
