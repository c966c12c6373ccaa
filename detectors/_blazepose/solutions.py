"""The fall-back where LiteRT has no wheel: mediapipe's own graph. One person, no heat maps."""

from __future__ import annotations

from typing import Any

import numpy as np

from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton
from poses.skeletons import BLAZEPOSE33


class SolutionsPose:
    """`mediapipe.solutions.pose` as a Detector; starts afresh after `close` and after a jump in the frame index.

    complexity: 0, 1 or 2, mediapipe's word for the sizes lite, full and heavy; its package brings full.
    """

    def __init__(self, complexity: int = 1) -> None:
        self._complexity = complexity
        self._graph: Any = None
        self._index: int | None = None
        self._size = (0, 0)

    @property
    def skeleton(self) -> Skeleton:
        return BLAZEPOSE33

    def close(self) -> None:
        if self._graph is not None:
            self._graph.close()
        self._graph, self._index = None, None

    def detect(self, frame: VideoFrame) -> Keypoints:
        if self._index is not None and (frame.index != self._index + 1 or frame.size != self._size):
            self.close()
        self._index, self._size = frame.index, frame.size
        if self._graph is None:
            import mediapipe

            # Landmarks as they are: the program smooths itself, without delay.
            self._graph = mediapipe.solutions.pose.Pose(model_complexity=self._complexity, smooth_landmarks=False)
        found = self._graph.process(np.ascontiguousarray(frame.image))
        if found.pose_landmarks is None:
            return Keypoints.none(len(BLAZEPOSE33))
        marks = found.pose_landmarks.landmark
        xy = np.array([(m.x, m.y) for m in marks]) * np.array(frame.size)
        score = np.clip([m.visibility for m in marks], 0, 1)
        world = np.array([(m.x, m.y, m.z) for m in found.pose_world_landmarks.landmark])
        seen = xy[score >= 0.5] if (score >= 0.5).sum() >= 4 else xy
        box = np.concatenate([seen.min(axis=0), seen.max(axis=0)])
        return Keypoints(xy[None], score[None], box[None], world[None])
