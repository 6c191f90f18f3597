-- Removes the latest entry from the history of a store: that of the preliminary publication that it replaces.
DELETE FROM quality.publications WHERE published_at = (SELECT max(published_at) FROM quality.publications)
