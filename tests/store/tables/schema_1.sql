-- The work store of schema version 1 (2026-11-22), as affect-store 0.1 made it.
CREATE SCHEMA catalogue;
CREATE SCHEMA features;
CREATE SCHEMA splits;
CREATE SCHEMA registry;
CREATE SCHEMA quality;
CREATE TABLE IF NOT EXISTS catalogue.emotions (
    label UTINYINT NOT NULL CHECK (label >= 0) CHECK (label <= 7),
    emotion VARCHAR NOT NULL CHECK (emotion IN ('angry', 'contemptuous', 'disgusted', 'fearful', 'happy', 'neutral', 'sad', 'surprised')),
    PRIMARY KEY (label)
);
CREATE TABLE IF NOT EXISTS catalogue.images (
    image_id VARCHAR NOT NULL,
    corpus VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    sex VARCHAR NOT NULL CHECK (sex IN ('female', 'male')),
    population VARCHAR NOT NULL,
    age FLOAT CHECK (isfinite(age)) CHECK (age >= 0) CHECK (age <= 130),
    emotion VARCHAR NOT NULL CHECK (emotion IN ('angry', 'contemptuous', 'disgusted', 'fearful', 'happy', 'neutral', 'sad', 'surprised')),
    camera_angle_deg USMALLINT NOT NULL CHECK (camera_angle_deg >= 0) CHECK (camera_angle_deg <= 180),
    gaze VARCHAR NOT NULL CHECK (gaze IN ('frontal', 'left', 'right')),
    width_px UINTEGER NOT NULL CHECK (width_px >= 1),
    height_px UINTEGER NOT NULL CHECK (height_px >= 1),
    size_bytes UBIGINT NOT NULL CHECK (size_bytes >= 1),
    ingested_at TIMESTAMPTZ NOT NULL,
    excluded_reason VARCHAR,
    PRIMARY KEY (image_id)
);
CREATE TABLE IF NOT EXISTS catalogue.labels (
    image_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    subject_id VARCHAR NOT NULL,
    sex VARCHAR NOT NULL CHECK (sex IN ('female', 'male')),
    population VARCHAR NOT NULL,
    age FLOAT CHECK (isfinite(age)) CHECK (age >= 0) CHECK (age <= 130),
    emotion VARCHAR NOT NULL CHECK (emotion IN ('angry', 'contemptuous', 'disgusted', 'fearful', 'happy', 'neutral', 'sad', 'surprised')),
    camera_angle_deg USMALLINT NOT NULL CHECK (camera_angle_deg >= 0) CHECK (camera_angle_deg <= 180),
    gaze VARCHAR NOT NULL CHECK (gaze IN ('frontal', 'left', 'right')),
    PRIMARY KEY (image_id, known_at)
);
CREATE TABLE IF NOT EXISTS catalogue.rejects (
    corpus VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (corpus, path, reason)
);
CREATE TABLE IF NOT EXISTS features.views (
    view VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    entity VARCHAR NOT NULL,
    dtype VARCHAR NOT NULL,
    shape VARCHAR NOT NULL,
    transform VARCHAR NOT NULL,
    parameters JSON NOT NULL,
    code_version VARCHAR NOT NULL,
    library_versions JSON NOT NULL,
    description VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (view, version)
);
CREATE TABLE IF NOT EXISTS features.landmarks (
    image_id VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    xyz FLOAT[1404] NOT NULL CHECK (isfinite(list_sum(xyz)) AND list_count(xyz) = 1404),
    face_score FLOAT CHECK (isfinite(face_score)) CHECK (face_score >= 0) CHECK (face_score <= 1),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (image_id, version)
);
CREATE TABLE IF NOT EXISTS features.deltas (
    image_id VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    reference_image_id VARCHAR NOT NULL,
    reference_rule VARCHAR NOT NULL,
    xyz FLOAT[1404] NOT NULL CHECK (isfinite(list_sum(xyz)) AND list_count(xyz) = 1404),
    magnitude FLOAT[468] NOT NULL CHECK (isfinite(list_sum(magnitude)) AND list_count(magnitude) = 468),
    zero_norm_count USMALLINT NOT NULL CHECK (zero_norm_count >= 0) CHECK (zero_norm_count <= 468),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (image_id, version)
);
CREATE TABLE IF NOT EXISTS features.pixels (
    image_id VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    rgb BLOB NOT NULL CHECK (octet_length(rgb) = 32640),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (image_id, version)
);
CREATE TABLE IF NOT EXISTS features.misses (
    image_id VARCHAR NOT NULL,
    view VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    released_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (image_id, view, version)
);
CREATE TABLE IF NOT EXISTS features.services (
    service VARCHAR NOT NULL,
    view VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (service, view, version)
);
CREATE TABLE IF NOT EXISTS splits.sets (
    split_id VARCHAR NOT NULL,
    strategy VARCHAR NOT NULL CHECK (strategy IN ('by_person', 'by_image')),
    seed UINTEGER NOT NULL CHECK (seed >= 0),
    fractions JSON NOT NULL,
    fingerprint VARCHAR NOT NULL,
    feature_versions JSON NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (split_id)
);
CREATE TABLE IF NOT EXISTS splits.assignments (
    split_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    part VARCHAR NOT NULL CHECK (part IN ('train', 'validate', 'test')),
    PRIMARY KEY (split_id, image_id)
);
CREATE TABLE IF NOT EXISTS splits.folds (
    split_id VARCHAR NOT NULL,
    repeat USMALLINT NOT NULL CHECK (repeat >= 0),
    fold USMALLINT NOT NULL CHECK (fold >= 0),
    image_id VARCHAR NOT NULL,
    PRIMARY KEY (split_id, repeat, image_id)
);
CREATE TABLE IF NOT EXISTS splits.train (
    image_id VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    sex VARCHAR NOT NULL CHECK (sex IN ('female', 'male')),
    population VARCHAR NOT NULL,
    emotion VARCHAR NOT NULL CHECK (emotion IN ('angry', 'contemptuous', 'disgusted', 'fearful', 'happy', 'neutral', 'sad', 'surprised')),
    label UTINYINT NOT NULL CHECK (label >= 0) CHECK (label <= 7),
    camera_angle_deg USMALLINT NOT NULL CHECK (camera_angle_deg >= 0) CHECK (camera_angle_deg <= 180),
    gaze VARCHAR NOT NULL CHECK (gaze IN ('frontal', 'left', 'right')),
    landmarks FLOAT[1404] CHECK (isfinite(list_sum(landmarks)) AND list_count(landmarks) = 1404),
    frontal_unit FLOAT[1404] CHECK (isfinite(list_sum(frontal_unit)) AND list_count(frontal_unit) = 1404),
    aligned FLOAT[1404] CHECK (isfinite(list_sum(aligned)) AND list_count(aligned) = 1404),
    rgb BLOB CHECK (octet_length(rgb) = 32640),
    PRIMARY KEY (image_id)
);
CREATE TABLE IF NOT EXISTS splits.validate (
    image_id VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    sex VARCHAR NOT NULL CHECK (sex IN ('female', 'male')),
    population VARCHAR NOT NULL,
    emotion VARCHAR NOT NULL CHECK (emotion IN ('angry', 'contemptuous', 'disgusted', 'fearful', 'happy', 'neutral', 'sad', 'surprised')),
    label UTINYINT NOT NULL CHECK (label >= 0) CHECK (label <= 7),
    camera_angle_deg USMALLINT NOT NULL CHECK (camera_angle_deg >= 0) CHECK (camera_angle_deg <= 180),
    gaze VARCHAR NOT NULL CHECK (gaze IN ('frontal', 'left', 'right')),
    landmarks FLOAT[1404] CHECK (isfinite(list_sum(landmarks)) AND list_count(landmarks) = 1404),
    frontal_unit FLOAT[1404] CHECK (isfinite(list_sum(frontal_unit)) AND list_count(frontal_unit) = 1404),
    aligned FLOAT[1404] CHECK (isfinite(list_sum(aligned)) AND list_count(aligned) = 1404),
    rgb BLOB CHECK (octet_length(rgb) = 32640),
    PRIMARY KEY (image_id)
);
CREATE TABLE IF NOT EXISTS splits.test (
    image_id VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL,
    sex VARCHAR NOT NULL CHECK (sex IN ('female', 'male')),
    population VARCHAR NOT NULL,
    emotion VARCHAR NOT NULL CHECK (emotion IN ('angry', 'contemptuous', 'disgusted', 'fearful', 'happy', 'neutral', 'sad', 'surprised')),
    label UTINYINT NOT NULL CHECK (label >= 0) CHECK (label <= 7),
    camera_angle_deg USMALLINT NOT NULL CHECK (camera_angle_deg >= 0) CHECK (camera_angle_deg <= 180),
    gaze VARCHAR NOT NULL CHECK (gaze IN ('frontal', 'left', 'right')),
    landmarks FLOAT[1404] CHECK (isfinite(list_sum(landmarks)) AND list_count(landmarks) = 1404),
    frontal_unit FLOAT[1404] CHECK (isfinite(list_sum(frontal_unit)) AND list_count(frontal_unit) = 1404),
    aligned FLOAT[1404] CHECK (isfinite(list_sum(aligned)) AND list_count(aligned) = 1404),
    rgb BLOB CHECK (octet_length(rgb) = 32640),
    PRIMARY KEY (image_id)
);
CREATE TABLE IF NOT EXISTS registry.runs (
    run_id VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    recipe VARCHAR NOT NULL,
    split_id VARCHAR NOT NULL,
    feature_versions JSON NOT NULL,
    seed UINTEGER NOT NULL CHECK (seed >= 0),
    code_version VARCHAR NOT NULL,
    library_versions JSON NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL,
    duration_s DOUBLE NOT NULL CHECK (isfinite(duration_s)) CHECK (duration_s >= 0),
    status VARCHAR NOT NULL CHECK (status IN ('completed', 'untrainable', 'failed')),
    status_detail VARCHAR,
    parameters JSON NOT NULL,
    artifact_path VARCHAR,
    artifact_sha256 VARCHAR,
    PRIMARY KEY (run_id)
);
CREATE TABLE IF NOT EXISTS registry.epochs (
    run_id VARCHAR NOT NULL,
    epoch USMALLINT NOT NULL CHECK (epoch >= 1),
    loss DOUBLE CHECK (isfinite(loss)),
    accuracy DOUBLE CHECK (isfinite(accuracy)) CHECK (accuracy >= 0) CHECK (accuracy <= 1),
    val_loss DOUBLE CHECK (isfinite(val_loss)),
    val_accuracy DOUBLE CHECK (isfinite(val_accuracy)) CHECK (val_accuracy >= 0) CHECK (val_accuracy <= 1),
    learning_rate DOUBLE NOT NULL CHECK (isfinite(learning_rate)) CHECK (learning_rate >= 0),
    duration_s DOUBLE NOT NULL CHECK (isfinite(duration_s)) CHECK (duration_s >= 0),
    PRIMARY KEY (run_id, epoch)
);
CREATE TABLE IF NOT EXISTS registry.predictions (
    run_id VARCHAR NOT NULL,
    image_id VARCHAR NOT NULL,
    part VARCHAR NOT NULL CHECK (part IN ('train', 'validate', 'test')),
    truth UTINYINT NOT NULL CHECK (truth >= 0) CHECK (truth <= 7),
    predicted UTINYINT NOT NULL CHECK (predicted >= 0) CHECK (predicted <= 7),
    angry_prob FLOAT NOT NULL CHECK (isfinite(angry_prob)) CHECK (angry_prob >= 0) CHECK (angry_prob <= 1),
    contemptuous_prob FLOAT NOT NULL CHECK (isfinite(contemptuous_prob)) CHECK (contemptuous_prob >= 0) CHECK (contemptuous_prob <= 1),
    disgusted_prob FLOAT NOT NULL CHECK (isfinite(disgusted_prob)) CHECK (disgusted_prob >= 0) CHECK (disgusted_prob <= 1),
    fearful_prob FLOAT NOT NULL CHECK (isfinite(fearful_prob)) CHECK (fearful_prob >= 0) CHECK (fearful_prob <= 1),
    happy_prob FLOAT NOT NULL CHECK (isfinite(happy_prob)) CHECK (happy_prob >= 0) CHECK (happy_prob <= 1),
    neutral_prob FLOAT NOT NULL CHECK (isfinite(neutral_prob)) CHECK (neutral_prob >= 0) CHECK (neutral_prob <= 1),
    sad_prob FLOAT NOT NULL CHECK (isfinite(sad_prob)) CHECK (sad_prob >= 0) CHECK (sad_prob <= 1),
    surprised_prob FLOAT NOT NULL CHECK (isfinite(surprised_prob)) CHECK (surprised_prob >= 0) CHECK (surprised_prob <= 1),
    PRIMARY KEY (run_id, image_id)
);
CREATE TABLE IF NOT EXISTS registry.metrics (
    run_id VARCHAR NOT NULL,
    part VARCHAR NOT NULL CHECK (part IN ('train', 'validate', 'test')),
    slice VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    value DOUBLE CHECK (isfinite(value)),
    low DOUBLE CHECK (isfinite(low)),
    high DOUBLE CHECK (isfinite(high)),
    n_images UINTEGER NOT NULL CHECK (n_images >= 0),
    n_people UINTEGER NOT NULL CHECK (n_people >= 0),
    method VARCHAR NOT NULL,
    PRIMARY KEY (run_id, part, slice, metric)
);
CREATE TABLE IF NOT EXISTS registry.comparisons (
    run_id VARCHAR NOT NULL,
    other_run_id VARCHAR NOT NULL,
    part VARCHAR NOT NULL CHECK (part IN ('train', 'validate', 'test')),
    slice VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    value DOUBLE CHECK (isfinite(value)),
    p DOUBLE CHECK (isfinite(p)) CHECK (p >= 0) CHECK (p <= 1),
    p_adjusted DOUBLE CHECK (isfinite(p_adjusted)) CHECK (p_adjusted >= 0) CHECK (p_adjusted <= 1),
    n_people UINTEGER NOT NULL CHECK (n_people >= 0),
    method VARCHAR NOT NULL,
    PRIMARY KEY (run_id, other_run_id, part, slice, metric)
);
CREATE TABLE IF NOT EXISTS registry.promotions (
    promoted_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    alias VARCHAR NOT NULL,
    against_run_id VARCHAR,
    statistic DOUBLE CHECK (isfinite(statistic)),
    p DOUBLE CHECK (isfinite(p)) CHECK (p >= 0) CHECK (p <= 1),
    reason VARCHAR NOT NULL,
    PRIMARY KEY (promoted_at, run_id)
);
CREATE TABLE IF NOT EXISTS quality.results (
    audit_id VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,
    check_name VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    success BOOLEAN NOT NULL,
    observed VARCHAR NOT NULL,
    unexpected_count UBIGINT NOT NULL CHECK (unexpected_count >= 0),
    sample_ids JSON NOT NULL,
    severity VARCHAR NOT NULL CHECK (severity IN ('stop', 'quarantine', 'warn')),
    PRIMARY KEY (audit_id, suite, check_name, column_name)
);
CREATE TABLE IF NOT EXISTS quality.settings (
    key VARCHAR NOT NULL,
    setting VARCHAR NOT NULL,
    PRIMARY KEY (key)
);
