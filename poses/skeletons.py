"""The known skeletons, as data.

Names are shared: the same point of the body has the same name in every skeleton ("LAnkle" and Human3.6M's "LFoot"
are the one exception, kept because data sets and exports use both; `skeleton.RULES` joins them).
"""

from __future__ import annotations

from poses.skeleton import Skeleton


def _skeleton(name: str, joints: str, parents: list[int]) -> Skeleton:
    """Joint names separated by blanks; the left-right pairs are those whose names differ in a leading L and R."""
    names = tuple(joints.split())
    pairs = [(names.index(n), names.index("R" + n[1:])) for n in names if n[0] == "L" and "R" + n[1:] in names]
    return Skeleton(name, names, tuple(parents), tuple(pairs))


H36M17 = _skeleton(
    "H36M17",
    "Hip RHip RKnee RFoot LHip LKnee LFoot Spine Thorax Neck/Nose Head LShoulder LElbow LWrist RShoulder RElbow RWrist",
    [-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15],
)
H36M16 = _skeleton(
    "H36M16",
    "Hip RHip RKnee RFoot LHip LKnee LFoot Spine Thorax Head LShoulder LElbow LWrist RShoulder RElbow RWrist",
    [-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 8, 10, 11, 8, 13, 14],
)
# Human3.6M's 17 joints, then what gives feet and head a direction.
H36M23 = _skeleton(
    "H36M23",
    " ".join(H36M17.joint_names) + " LToeBase LToeTip RToeBase RToeTip SkullBase NoseTip",
    [*H36M17.parents, 6, 17, 3, 19, 8, 21],
)
HUMANEVA15 = _skeleton(
    "HUMANEVA15",
    "Pelvis Thorax LShoulder LElbow LWrist RShoulder RElbow RWrist LHip LKnee LAnkle RHip RKnee RAnkle Head",
    [-1, 0, 1, 2, 3, 1, 5, 6, 0, 8, 9, 0, 11, 12, 1],
)
MPI17 = _skeleton(
    "MPI17",
    "HeadTop Neck RShoulder RElbow RWrist LShoulder LElbow LWrist RHip RKnee RAnkle LHip LKnee LAnkle "
    "Pelvis Spine Nose",
    [16, 15, 1, 2, 3, 1, 5, 6, 14, 8, 9, 14, 11, 12, -1, 14, 1],
)
COCO17 = _skeleton(
    "COCO17",
    "Nose LEye REye LEar REar LShoulder RShoulder LElbow RElbow LWrist RWrist LHip RHip LKnee RKnee LAnkle RAnkle",
    [-1, 0, 0, 1, 2, 0, 0, 5, 6, 7, 8, 5, 6, 11, 12, 13, 14],
)
HALPE26 = _skeleton(
    "HALPE26",
    "Nose LEye REye LEar REar LShoulder RShoulder LElbow RElbow LWrist RWrist LHip RHip LKnee RKnee LAnkle RAnkle "
    "HeadTop Neck Pelvis LBigToe RBigToe LSmallToe RSmallToe LHeel RHeel",
    [18, 0, 0, 1, 2, 18, 18, 5, 6, 7, 8, 19, 19, 11, 12, 13, 14, 0, 19, -1, 15, 16, 15, 16, 15, 16],
)
_HEAD33 = (-1, 0, 1, 2, 0, 4, 5, 3, 6, 0, 0, 0, 0)
BLAZEPOSE33 = _skeleton(
    "BLAZEPOSE33",
    "Nose LEyeInner LEye LEyeOuter REyeInner REye REyeOuter LEar REar LMouth RMouth LShoulder RShoulder LElbow RElbow "
    "LWrist RWrist LPinky RPinky LIndex RIndex LThumb RThumb LHip RHip LKnee RKnee LAnkle RAnkle LHeel RHeel "
    "LFootIndex RFootIndex",
    [*_HEAD33, 11, 12, 13, 14, 15, 16, 15, 16, 15, 16, 11, 12, 23, 24, 25, 26, 27, 28, 27, 28],
)
BODY25 = _skeleton(
    "BODY25",
    "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist Pelvis RHip RKnee RAnkle LHip LKnee LAnkle REye LEye "
    "REar LEar LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel",
    [1, 8, 1, 2, 3, 1, 5, 6, -1, 8, 9, 10, 8, 12, 13, 0, 0, 15, 16, 14, 14, 14, 11, 11, 11],
)
# OpenPose's other two: its experimental BODY_25B, and the 18 points of its old COCO model.
BODY25B = _skeleton(
    "BODY25B",
    "Nose LEye REye LEar REar LShoulder RShoulder LElbow RElbow LWrist RWrist LHip RHip LKnee RKnee LAnkle RAnkle "
    "Neck HeadTop LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel",
    [17, 0, 0, 1, 2, 17, 17, 5, 6, 7, 8, 17, 17, 11, 12, 13, 14, -1, 0, 15, 15, 15, 16, 16, 16],
)
COCO18 = _skeleton(
    "COCO18",
    "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist RHip RKnee RAnkle LHip LKnee LAnkle REye LEye REar LEar",
    [1, -1, 1, 2, 3, 1, 5, 6, 1, 8, 9, 1, 11, 12, 0, 0, 14, 15],
)
# And the 15 points of its MPI model, and BODY_19, which is BODY_25 without the feet.
MPI15 = _skeleton(
    "MPI15",
    "HeadTop Neck RShoulder RElbow RWrist LShoulder LElbow LWrist RHip RKnee RAnkle LHip LKnee LAnkle Chest",
    [1, 14, 1, 2, 3, 1, 5, 6, 14, 8, 9, 14, 11, 12, -1],
)
BODY19 = _skeleton("BODY19", " ".join(BODY25.joint_names[:19]), list(BODY25.parents[:19]))

SKELETONS: dict[str, Skeleton] = {
    s.name: s
    for s in (
        H36M17,
        H36M16,
        H36M23,
        HUMANEVA15,
        MPI17,
        COCO17,
        HALPE26,
        BLAZEPOSE33,
        BODY25,
        BODY25B,
        COCO18,
        MPI15,
        BODY19,
    )
}
