"""One instant of one person, and the photographs that the five cameras take of it.

A shot is costly and shared by its cameras; a photograph depends on the shot and the angle alone, never on the order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from store.sources.synthetic.atlas import MESH_STEP, head_part, lay_out
from store.sources.synthetic.camera import Camera, Pose, hold_head, set_up_camera
from store.sources.synthetic.canvas import EYE_OPENING, LIGHT_INSIDE, MOUTH_OPENING
from store.sources.synthetic.develop import develop, studio_background
from store.sources.synthetic.expression import perform
from store.sources.synthetic.eyes import see_eyeball
from store.sources.synthetic.fields import Field
from store.sources.synthetic.head import TEXELS, TEXTURE_SHAPE
from store.sources.synthetic.identity import Person
from store.sources.synthetic.imaging import Bytes, dilate, put_behind, sample, soften_outlines
from store.sources.synthetic.light import set_up_lights
from store.sources.synthetic.look import Look
from store.sources.synthetic.mouth import MouthShape, see_into_mouth
from store.sources.synthetic.paint import paint_head
from store.sources.synthetic.pieces import pieces_of
from store.sources.synthetic.raster import NOWHERE, Part, rasterise
from store.sources.synthetic.sculpt import sculpt, shape_features
from store.vocabulary import EMOTIONS, GAZES

SHOT_STREAM, PHOTOGRAPH_STREAM = 4, 5
INTERNAL_SCALE = 0.75
"""Pictures are drawn at this share of their size and enlarged: half the cost, and no face is lost by it."""


@dataclass(frozen=True)
class Shot:
    """Everything that the cameras see: parts with one atlas, openings of eyes and mouth, pose, gaze.

    `key` = (seed, person, emotion, gaze) starts the random stream of each photograph.
    """

    key: tuple[int, int, int, int]
    person: Person
    mouth: MouthShape
    pose: Pose
    gaze: str
    atlas: Bytes
    matte: Bytes
    parts: list[Part]
    opening_vertices: Field


def take_shot(person: Person, look: Look, emotion: str, gaze: str) -> Shot:
    """Pose, light, sculpt and paint the person once."""
    key = (*person.key, EMOTIONS.index(emotion), GAZES.index(gaze))
    rng = np.random.default_rng([*key, SHOT_STREAM])
    features = shape_features(person, perform(person.habits, emotion, rng))
    lights = set_up_lights(rng)
    sculpture = sculpt(person, look, features, lights)
    texture, matte = paint_head(person, look, features, sculpture)
    atlas, pieces = lay_out(texture, pieces_of(person, lights))
    return Shot(
        key=key,
        person=person,
        mouth=features.mouth,
        pose=hold_head(rng),
        gaze=gaze,
        atlas=atlas,
        matte=matte,
        parts=[head_part(sculpture.surface), *pieces],
        opening_vertices=_opening_vertices(sculpture.surface, matte),
    )


def photograph(shot: Shot, angle_deg: int, *, internal_scale: float = INTERNAL_SCALE) -> Bytes:
    """The picture from this camera, uint8 BGR of RaFD's size; `internal_scale` trades detail for time."""
    rng = np.random.default_rng([*shot.key, angle_deg, PHOTOGRAPH_STREAM])
    camera = set_up_camera(angle_deg, shot.pose, person_scale=shot.person.skull.scale, picture_scale=internal_scale)
    projected = [(part, *camera.project(part.vertices)) for part in shot.parts]
    columns, rows = rasterise(projected, (camera.height, camera.width))
    picture = sample(shot.atlas, columns, rows)
    picture = put_behind(picture, studio_background(camera.height, camera.width), columns, NOWHERE / 2)
    picture = soften_outlines(picture, columns, rows)
    _look_inside(picture, shot, camera, columns, rows)
    return develop(picture, rng)


def _opening_vertices(surface: Field, matte: Bytes) -> Field:
    """Points (n, 3) of the head's mesh around the openings, to find their place in a picture."""
    step = MESH_STEP * TEXELS
    openings = np.maximum(matte[..., EYE_OPENING], matte[..., MOUTH_OPENING])
    near = dilate(dilate((openings > 0).astype(np.uint8)))[::step, ::step]
    near = dilate(near)
    return surface[::MESH_STEP, ::MESH_STEP][near[: TEXTURE_SHAPE[0] // step + 1] > 0]


def _look_inside(picture: Bytes, shot: Shot, camera: Camera, columns: Field, rows: Field) -> None:
    """Paint eyeballs and mouth, by ray, where the matte is open. Changes `picture` in place."""
    places, _ = camera.project(shot.opening_vertices)
    left, top = np.maximum(np.floor(places.min(axis=0) - 4).astype(int), 0)
    right, bottom = np.ceil(places.max(axis=0) + 4).astype(int)
    box = (slice(top, max(bottom, top)), slice(left, max(right, left)))
    matte = sample(shot.matte, columns[box], rows[box])
    eye = camera.place()
    for opening in (EYE_OPENING, MOUTH_OPENING):
        row, column = np.nonzero(matte[..., opening] > 2)
        if not len(row):
            continue
        rays = camera.rays((column + left).astype(np.float32), (row + top).astype(np.float32))
        if opening == EYE_OPENING:
            sign = np.where(columns[box][row, column] > TEXTURE_SHAPE[1] / 2, 1, -1).astype(np.float32)
            colour = see_eyeball(shot.person, shot.gaze, eye, rays, sign)
        else:
            colour = see_into_mouth(shot.person, shot.mouth, eye, rays)
        opacity = matte[row, column, opening, None].astype(np.float32) / 255
        light = matte[row, column, LIGHT_INSIDE, None].astype(np.float32) / 255 / np.maximum(opacity, 0.3)
        skin = picture[box][row, column].astype(np.float32)
        mixed = skin + opacity * (colour * np.clip(light, 0, 1.05) - skin)
        picture[box][row, column] = np.clip(np.rint(mixed), 0, 255)
