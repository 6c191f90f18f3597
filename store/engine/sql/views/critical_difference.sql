-- One row per system on the leaderboard, best first: its mean rank over people, and the group of systems from which it
-- does not differ significantly.
CREATE OR REPLACE VIEW critical_difference AS
FROM leaderboard AS l
JOIN registry.ranks AS k USING (run_id)
SELECT l.split, k.mean_rank, l.model, l.recipe, k.letters, l.accuracy, k.statistic, k.p, k.n_people, k.method, l.run_id
WHERE k.part = 'test'
ORDER BY l.split DESC, k.mean_rank, l.model, l.recipe
