-- One row per row of the older store, where the reason 'quarantined: CHECK; CHECK (values CHECKSUM)' marked a
-- quarantine. Checks get their current names, because a release applies to the named check.
WITH names AS (
    SELECT MAP {
    'no picture has two names': 'no duplicate photographs',
    'no two people share a picture': 'no photograph shared by two people',
    'coordinates are plausible': 'coordinates in range',
    'faces have the shape of a face': 'plausible face shape',
    'faces are turned as their camera says': 'head yaw matches the camera angle',
    'seals are right': 'checksum matches',
    'zero vectors are counted': 'zero vector count',
    'no delta is all zero': 'delta not all zero',
    'magnitudes are not negative': 'magnitudes not negative',
    'magnitudes are the vectors'' lengths': 'magnitudes match the vectors',
    'no photograph is its own reference': 'not its own reference',
    'references are neutral, of the same person': 'neutral reference of the same person',
    'deltas are of landmarks that count': 'landmarks not quarantined',
    'pixels are complete': 'complete pixels',
    'pictures are not blank': 'image not blank',
    'vectors are finite': 'finite vectors',
    'vectors have their length': 'vector length',
    'directions have norm 1': 'unit norm',
    'labels are those of the name or manifest': 'labels match the file name or manifest',
    'landmarks are those of the file': 'landmarks reproducible from the file',
    'pixels are those of the file': 'pixels reproducible from the file',
    'sizes are those of the file': 'size matches the file',
    'deltas are those of the landmarks': 'deltas reproducible from landmarks',
    'references are those of the rule': 'references reproducible from the rule',
    'what was published has not changed': 'published rows unchanged'
    } AS by_old_name
),
parsed AS (
    FROM old.features.misses
    SELECT *, regexp_extract(reason, '^(quarantined: )?(.*?)(?: [(]values ([0-9a-f]+)[)])?$', ['prefix', 'checks', 'checksum']) AS parts
)
FROM parsed CROSS JOIN names
SELECT
    * EXCLUDE (parts, by_old_name) REPLACE (parts.prefix || parts.checks AS reason),
    CASE WHEN parts.prefix <> '' THEN if(released_at IS NULL, 'quarantined', 'released') END AS quarantine_status,
    CASE WHEN parts.prefix <> '' THEN
        to_json(list_transform(string_split(parts.checks, '; '), lambda name: coalesce(by_old_name[name], name)))
    END AS checks,
    CASE WHEN parts.prefix <> '' THEN nullif(parts.checksum, '') END AS checksum
