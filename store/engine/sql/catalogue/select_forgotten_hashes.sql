-- One row per keyed hash of a photograph, or of the form of an id, of a person who withdrew consent.
FROM catalogue.forgotten_hashes SELECT keyed_hash
