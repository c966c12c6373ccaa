"""What the parts without Qt say most often, in the language of the window.

They know nothing of languages; their lines are recognised here by their fixed words. A line that is not listed is shown
as it is. A test finds every line of this table in the source it comes from.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.gui.text import mark, tr

LINES = (
    mark("{0} does not exist"),
    mark("{0} is a folder; name a video file in it"),
    mark("{0} is empty (0 bytes)"),
    mark("{0} may not be read; check its permissions"),
    mark("{0} is not a video that can be read, or it is cut off before its index"),
    mark("{0} holds no picture that can be decoded; is the file damaged?"),
    mark("{0} uses a video codec that cannot be decoded here"),
    mark("frame {0} of {1} cannot be decoded; the file is damaged there"),
    mark("{0} has no frame in the chosen range; its time stamps are {1}"),
    mark("{0} is not a saved analysis, or it is damaged ({1})"),
    mark("the video {0} of {1} is not there any more: put it beside {2}"),
    mark("cannot write {0}: no right to write there; choose another folder"),
    mark("cannot write {0}: the disk is full; free some space or choose another folder"),
    mark("cannot write {0}: a file is where the folder should be; choose another folder"),
    mark("cannot write {0}: a folder of that name is there; choose another name"),
    mark("detector {0} cannot run here: {1}"),
    mark("lifter {0} cannot run here: {1}"),
    mark("people were detected with BlazePose's {0} network: 'marey models --fetch {1}' gets the most accurate one"),
    mark("nobody was found in this video: every row is empty"),
    mark("the feet are hardly seen: floor and tilt of the camera are guesses"),
    mark("the detector had left and right of person {0} exchanged in {1} frames, they were put back"),
    mark("person {0} is left out: there is no frame in which enough of the body was seen"),
    mark("{0} persons were asked for, {1} found"),
    mark("nobody was found, so there is no {0} file"),
    mark("the video's frame rate varies and {0} knows one rate: resampled at {1} frames per second"),
    mark("the video's frame rate varies: times are the video's own, the header says {0} frames per second"),
    mark("the first frame is the T-pose, so that every frame of the video is one later"),
    mark(
        "nobody is there in {0} of {1} frames and BVH cannot say so: in its frames {2} (counted from 0) the pose is "
        "held or blended from before to after"
    ),
    mark(
        "read back, its joints are at most {0} mm from what was meant; with constant bone lengths they are {1} mm from "
        "the lifted joints on average, {2} mm at most"
    ),
    mark("1 to 3 views of each person, averaged: more are more accurate, and as much slower"),
    mark("of the heat maps: argmax, soft or compensated; the network's own is best"),
    mark("of the heat maps: argmax, soft or compensated; the network's own where empty"),
    mark("of the heat maps: argmax, soft or compensated"),
    mark("of the processor; by default by the size of the network and the number of processors"),
    mark("of the network: lite (fast), full (balanced), heavy (accurate) or auto"),
    mark("the file or folder with the keypoints"),
    mark("its joints, where the file does not name them: BODY25B, HALPE26 ..."),
    mark("the file's number of the video's first frame"),
    mark("rate of the video the file was made from; frames are then matched by time"),
    mark("an MMPose config: a file, or the name of one that comes with MMPose"),
    mark("its weights"),
    mark("an MMDet config of a person network; without one the picture is one person's box"),
    mark("the weights of the person network"),
    mark("a YOLOX file in place of the person network"),
    mark("average with the mirrored picture, twice the time"),
    mark("a model that was fetched, by name, or an ONNX file of your own"),
    mark("the person network likewise; none takes the picture as one person's box"),
    mark("of an ONNX file of your own; COCO17 unless said"),
    mark("where the models are"),
)
HOLE = re.compile(r"\\\{\d\\\}")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(HOLE.sub("(.+)", re.escape(line))), line) for line in LINES)


def translate_message(text: str) -> str:
    """A line of a part without Qt in the language of the window, where it is known."""
    for pattern, line in _patterns():
        if (found := pattern.fullmatch(text)) is not None:
            return tr(line).format(*found.groups())
    return text
