-- One row: the latest timestamp in the store.
SELECT greatest(
    (SELECT max(known_at) FROM catalogue.labels), (SELECT max(known_at) FROM catalogue.ratings),
    (SELECT max(known_at) FROM catalogue.intended_action_units), (SELECT max(ingested_at) FROM catalogue.images),
    (SELECT max(created_at) FROM features.landmarks), (SELECT max(created_at) FROM features.deltas),
    (SELECT max(created_at) FROM features.pixels), (SELECT max(created_at) FROM features.scalar_values), (SELECT max(created_at) FROM features.services),
    (SELECT max(created_at) FROM features.misses), (SELECT max(released_at) FROM features.misses),
    (SELECT max(requested_at) FROM splits.sets), (SELECT max(requested_at) FROM registry.runs),
    (SELECT max(declared_at) FROM registry.declarations), (SELECT max(predicted_at) FROM registry.new_predictions)
)
