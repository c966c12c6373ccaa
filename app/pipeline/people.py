"""From keypoints of everybody in every frame to one pose sequence for each person followed."""

from __future__ import annotations

import numpy as np

from app.pipeline.detect import Detections
from app.pipeline.settings import Settings
from poses.sequences import PoseSequence2D


def follow(detections: Detections, settings: Settings) -> tuple[list[PoseSequence2D], list[str]]:
    """The main people of a video, at most `settings.persons`, as sequences over all its frames; and warnings.

    Where there is nobody at all, one sequence without a single keypoint comes back, so that every table still has its
    row for every frame.
    """
    count, joints = len(detections), len(detections.skeleton)
    xy, score = np.full((count, joints, 2), np.nan), np.zeros((count, joints))
    warnings = []
    for row, keypoints in enumerate(detections.keypoints):
        if len(keypoints):
            best = int(keypoints.score.mean(axis=1).argmax())
            xy[row], score[row] = keypoints.xy[best], keypoints.score[best]
    if np.isnan(xy).all():
        warnings.append("nobody was found in this video: every row is empty")
    return [PoseSequence2D(xy, score, detections.time_s, detections.image_size, detections.skeleton)], warnings
