-- Which pairs of models differ significantly over people, adjusted for multiple comparisons?
-- Accuracies are compared within each person of the test part of the split by person (Wilcoxon signed-rank test), and
-- p values are adjusted over all pairs (Holm). With fewer than five people there is no test, and `differs` is NULL.
-- Answer: one row per pair, the smallest p value first; `difference` is the first model's accuracy minus the other's.
FROM registry.comparisons AS c
JOIN leaderboard AS a ON a.run_id = c.run_id
JOIN leaderboard AS b ON b.run_id = c.other_run_id
SELECT
    a.model || ' ' || a.recipe AS model, b.model || ' ' || b.recipe AS other_model, c.value AS difference, c.p,
    c.p_adjusted, c.n_people, c.p_adjusted < 0.05 AS differs
WHERE c.part = 'test' AND c.slice = 'all' AND c.metric = 'accuracy' AND a.split = 'by_person' AND b.split = 'by_person'
ORDER BY c.p_adjusted NULLS LAST, c.p, model, other_model
