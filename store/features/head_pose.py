"""Head pose: yaw, pitch and roll of the head relative to the camera, from the rigid alignment of its landmarks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from affect_store.store.features.alignment import head_rotation, to_pixels
from affect_store.store.features.scalar_view import ScalarView
from affect_store.store.schema.declarations import Field
from affect_store.store.types import FloatArray, SizeArray
from affect_store.store.vocabulary import RIGID_LANDMARKS


def head_pose(faces: FloatArray, size_px: SizeArray) -> NDArray[np.float64]:
    """Return yaw, pitch and roll (n, 3) in degrees of landmarks (n, 468, 3), image-normalised.

    The rotation R takes the canonical frontal head (x right in the image, y down, z away from the camera) to the pose
    in the photograph. It is the least-squares rotation over the rigid landmarks (Umeyama 1991), decomposed as
    R = Ry(-yaw) Rx(-pitch) Rz(roll): yaw is positive when the nose points to the right of the image, pitch when it
    points up, roll when the head leans clockwise in the image. Raises `ShapeError` for a face whose rigid landmarks
    coincide.
    """
    rotation = head_rotation(to_pixels(faces, size_px)).transpose(0, 2, 1)
    nose = -rotation[:, :, 2]
    yaw = np.arctan2(nose[:, 0], -nose[:, 2])
    pitch = np.arcsin(np.clip(-nose[:, 1], -1.0, 1.0))
    roll = np.arctan2(rotation[:, 1, 0], rotation[:, 1, 1])
    return np.asarray(np.degrees(np.column_stack([yaw, pitch, roll])))


VIEW = ScalarView(
    name="head_pose",
    description="rotation of the head relative to the camera, from the rigid alignment with the mean frontal face",
    columns=(
        Field(
            "yaw_deg",
            "FLOAT",
            "rotation about the vertical axis; positive: nose to the image's right",
            "degrees",
            -180,
            180,
        ),
        Field("pitch_deg", "FLOAT", "rotation about the horizontal axis; positive: nose up", "degrees", -90, 90),
        Field(
            "roll_deg", "FLOAT", "rotation in the image plane; positive: clockwise in the image", "degrees", -180, 180
        ),
    ),
    transform=head_pose,
    parameters={"rigid_landmarks": list(RIGID_LANDMARKS)},
)
