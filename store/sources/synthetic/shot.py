"""Shots: one instant of one person, and its rendering by each of the five cameras.

A shot is costly and shared by its cameras; a photograph depends on the shot and the angle alone, never on the order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from affect_store.store.sources.synthetic.drawing.imaging import (
    Bytes,
    composite_over,
    dilate,
    sample_texture,
    soften_edges,
)
from affect_store.store.sources.synthetic.drawing.rasterizer import NO_TEXEL, MeshPart, rasterize
from affect_store.store.sources.synthetic.drawing.shape_functions import Field
from affect_store.store.sources.synthetic.marker import UNIFORM
from affect_store.store.sources.synthetic.person.appearance import Appearance
from affect_store.store.sources.synthetic.person.attachments import make_attachments
from affect_store.store.sources.synthetic.person.canvas import EYE_OPENING, LIGHT_INSIDE, MOUTH_OPENING
from affect_store.store.sources.synthetic.person.expression import ActionUnits, sample_action_units
from affect_store.store.sources.synthetic.person.eyes import trace_eyeball
from affect_store.store.sources.synthetic.person.geometry import build_head, feature_shapes
from affect_store.store.sources.synthetic.person.head import TEXELS_PER_VERTEX, TEXTURE_SHAPE, VERTEX_STEP
from affect_store.store.sources.synthetic.person.identity import Person
from affect_store.store.sources.synthetic.person.mouth import MouthShape, trace_mouth
from affect_store.store.sources.synthetic.person.texture import paint_texture
from affect_store.store.sources.synthetic.person.variation import sample_take, sample_temperament, with_side_bias
from affect_store.store.sources.synthetic.scene.atlas import head_part, pack_atlas
from affect_store.store.sources.synthetic.scene.camera import (
    Camera,
    Pose,
    sample_pose,
    sample_varied_pose,
    set_up_camera,
)
from affect_store.store.sources.synthetic.scene.lighting import sample_lights
from affect_store.store.sources.synthetic.scene.post_processing import apply_camera_response, studio_background
from affect_store.store.vocabulary import EMOTIONS, GAZES

SHOT_STREAM, PHOTOGRAPH_STREAM = 4, 5
INTERNAL_SCALE = 0.75
"""Pictures are rendered at this scale and enlarged: about half the cost, and FaceMesh still finds every face."""


@dataclass(frozen=True)
class Shot:
    """The scene of one shot: mesh parts with their atlas, matte of the eye and mouth openings, head pose, gaze.

    `key` = (seed, person, emotion, gaze) seeds the random stream of each photograph.
    """

    key: tuple[int, int, int, int]
    person: Person
    units: ActionUnits
    mouth: MouthShape
    pose: Pose
    gaze: str
    atlas: Bytes
    matte: Bytes
    parts: list[MeshPart]
    opening_vertices: Field


def take_shot(person: Person, appearance: Appearance, emotion: str, gaze: str, *, version: int = UNIFORM) -> Shot:
    """Build the scene of a person with this expression and gaze: pose, lights, geometry and texture.

    `version` is that of the corpus, see `marker.VERSIONS`.
    """
    rng = _random_of_shot(person, emotion, gaze)
    units, person = _expression(person, emotion, rng, version)
    features = feature_shapes(person, units)
    lights = sample_lights(rng)
    geometry = build_head(person, appearance, features, lights)
    texture, matte = paint_texture(person, appearance, features, geometry)
    atlas, attachments = pack_atlas(texture, make_attachments(person, lights))
    vertices = geometry.surface[::VERTEX_STEP, ::VERTEX_STEP]
    return Shot(
        key=_key(person, emotion, gaze),
        person=person,
        units=units,
        mouth=features.mouth,
        pose=sample_pose(rng) if version == UNIFORM else sample_varied_pose(rng),
        gaze=gaze,
        atlas=atlas,
        matte=matte,
        parts=[head_part(vertices, texels_per_vertex=TEXELS_PER_VERTEX), *attachments],
        opening_vertices=_opening_vertices(vertices, matte),
    )


def intended_action_units(person: Person, emotion: str, gaze: str, *, version: int = UNIFORM) -> ActionUnits:
    """Return the action units of the shot of a person with this expression and gaze, without its scene."""
    return _expression(person, emotion, _random_of_shot(person, emotion, gaze), version)[0]


def _expression(person: Person, emotion: str, rng: np.random.Generator, version: int) -> tuple[ActionUnits, Person]:
    """Draw the action units of a shot; returns them and the person of this take, whose sides may move unequally."""
    if version == UNIFORM:
        return sample_action_units(person.expressiveness, emotion, rng), person
    units, side_bias = sample_take(sample_temperament(person), emotion, rng)
    return units, with_side_bias(person, side_bias)


def _random_of_shot(person: Person, emotion: str, gaze: str) -> np.random.Generator:
    return np.random.default_rng([*_key(person, emotion, gaze), SHOT_STREAM])


def _key(person: Person, emotion: str, gaze: str) -> tuple[int, int, int, int]:
    return (*person.key, EMOTIONS.index(emotion), GAZES.index(gaze))


def render_photograph(shot: Shot, angle_deg: int, *, internal_scale: float = INTERNAL_SCALE) -> Bytes:
    """Render the picture of one camera, uint8 BGR at RaFD's size; `internal_scale` trades detail for time."""
    rng = np.random.default_rng([*shot.key, angle_deg, PHOTOGRAPH_STREAM])
    camera = set_up_camera(angle_deg, shot.pose, person_scale=shot.person.skull.scale, picture_scale=internal_scale)
    projected = [(part, *camera.project(part.vertices)) for part in shot.parts]
    columns, rows = rasterize(projected, (camera.height, camera.width))
    picture = sample_texture(shot.atlas, columns, rows)
    picture = composite_over(picture, studio_background(camera.height, camera.width), columns, NO_TEXEL / 2)
    picture = soften_edges(picture, columns, rows)
    _composite_openings(picture, shot, camera, columns, rows)
    return apply_camera_response(picture, rng)


def _opening_vertices(vertices: Field, matte: Bytes) -> Field:
    """Return the head's vertices (n, 3) around the openings, which bound them in any picture."""
    step = TEXELS_PER_VERTEX
    openings = np.maximum(matte[..., EYE_OPENING], matte[..., MOUTH_OPENING])
    near = dilate(dilate((openings > 0).astype(np.uint8)))[::step, ::step]
    near = dilate(near)
    return vertices[near[: TEXTURE_SHAPE[0] // step + 1] > 0]


def _composite_openings(picture: Bytes, shot: Shot, camera: Camera, columns: Field, rows: Field) -> None:
    """Ray-trace eyeballs and mouth where the matte is open. Changes `picture` in place."""
    positions, _ = camera.project(shot.opening_vertices)
    left, top = np.maximum(np.floor(positions.min(axis=0) - 4).astype(int), 0)
    right, bottom = np.ceil(positions.max(axis=0) + 4).astype(int)
    box = (slice(top, max(bottom, top)), slice(left, max(right, left)))
    matte = sample_texture(shot.matte, columns[box], rows[box])
    eye = camera.position()
    for opening in (EYE_OPENING, MOUTH_OPENING):
        row, column = np.nonzero(matte[..., opening] > 2)
        if not len(row):
            continue
        rays = camera.rays((column + left).astype(np.float32), (row + top).astype(np.float32))
        if opening == EYE_OPENING:
            sign = np.where(columns[box][row, column] > TEXTURE_SHAPE[1] / 2, 1, -1).astype(np.float32)
            colour = trace_eyeball(shot.person, shot.gaze, eye, rays, sign)
        else:
            colour = trace_mouth(shot.person, shot.mouth, eye, rays)
        opacity = matte[row, column, opening, None].astype(np.float32) / 255
        light = matte[row, column, LIGHT_INSIDE, None].astype(np.float32) / 255 / np.maximum(opacity, 0.3)
        skin = picture[box][row, column].astype(np.float32)
        mixed = skin + opacity * (colour * np.clip(light, 0, 1.05) - skin)
        picture[box][row, column] = np.clip(np.rint(mixed), 0, 255)
