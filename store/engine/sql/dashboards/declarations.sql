-- One row per declaration of a primary comparison, the latest first.
SELECT declared_at, hash, model, recipe, other_model, other_recipe, strategy, margin, is_latest, is_before_training
FROM registry.declared
ORDER BY declared_at DESC, hash
