"""The BVH reader: motions as other programs write them, and damage told in one line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poses.bvh import parse_bvh, read_bvh
from poses.errors import UserError

HEAD = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Yrotation Xrotation Zrotation
  JOINT Spine
  {
    OFFSET 0 0 2
    CHANNELS 3 Xrotation Yrotation Zrotation
    End Site
    {
      OFFSET 0 1 0
    }
  }
}
"""
TEXT = HEAD + "MOTION\nFrames: 2\nFrame Time: 0.5\n1 2 3 90 0 0 0 0 0\n1 2 3 0 0 0 0 0 90\n"


def test_joints_and_ends_stand_where_rotations_put_them():
    bvh = parse_bvh(TEXT)
    assert (bvh.names, bvh.parents, bvh.frame_time) == (["Hips", "Spine"], [-1, 0], 0.5)
    names, xyz = bvh.joints_and_ends()
    assert names == ["Hips", "Spine", "SpineEnd"]
    # A quarter turn about y takes z to x; then one about the spine's z takes y to -x.
    np.testing.assert_allclose(xyz[0], [[1, 2, 3], [3, 2, 3], [3, 3, 3]], atol=1e-12)
    np.testing.assert_allclose(xyz[1], [[1, 2, 3], [1, 2, 5], [0, 2, 5]], atol=1e-12)
    np.testing.assert_array_equal(bvh.joints(), xyz[:, :2])


def test_rotations_apply_in_the_order_of_the_channels():
    other = TEXT.replace("Yrotation Xrotation Zrotation", "Zrotation Yrotation Xrotation").replace(
        "1 2 3 90 0 0 0 0 0", "1 2 3 0 90 90 0 0 0"
    )
    # Ry(90) Rx(90) of (0, 0, 2): about x first, to -y, which a turn about y leaves alone.
    np.testing.assert_allclose(parse_bvh(other).joints()[0, 1], [1, 0, 3], atol=1e-12)


def test_positions_of_a_joint_replace_its_offset(shared_cases):
    """One motion twice: in the first file every second joint has positions, equal to its offset."""
    mixed, plain = (read_bvh(next((shared_cases / name).rglob("*.bvh"))) for name in ("bvh_mixed", "bvh_plain"))
    assert sum(map(len, mixed.channels)) > sum(map(len, plain.channels))
    np.testing.assert_allclose(mixed.joints(), plain.joints(), atol=1e-3)


def test_one_position_among_the_channels_replaces_that_axis_alone():
    moved = TEXT.replace("CHANNELS 3 Xrotation Yrotation", "CHANNELS 3 Zposition Yrotation").replace(
        "1 2 3 90 0 0 0 0 0", "1 2 3 90 0 0 5 0 0"
    )
    np.testing.assert_allclose(parse_bvh(moved).joints()[0, 1], [6, 2, 3], atol=1e-12)


VARIANTS = {
    "windows": TEXT.replace("\n", "\r\n"),
    "tabs": TEXT.replace("  ", "\t").replace("Frames: ", "Frames:\t").replace(" 90", "\t90 "),
    "old Mac": TEXT.replace("\n", "\r"),
    "scientific": TEXT.replace("0.5", "5.0E-01").replace("1 2 3 90", "+1.0e0 2e+00 30E-1 9.0e1"),
    "one line": " ".join(TEXT.split()),
    "values wrapped": TEXT.replace("90 0 0 0 0 0", "90\n0 0 0\n0 0"),
    "glued brackets": TEXT.replace("Hips\n{", "Hips{").replace("End Site\n    {", "End Site{"),
    "lower case": TEXT.lower().replace("hips", "Hips").replace("spine", "Spine"),
    "other end": TEXT.replace("End Site", "End Effector"),
    "named end": TEXT.replace("End Site", "End Site Spine_Nub"),
    "end in one word": TEXT.replace("End Site", "EndSite"),
    "blank lines": TEXT.replace("\n", "\n\n"),
    "channels on the line of the offset": TEXT.replace("0 0 2\n", "0 0 2 "),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_same_file_in_other_writing_is_the_same(name):
    bvh, plain = parse_bvh(VARIANTS[name]), parse_bvh(TEXT)
    assert (bvh.names, bvh.parents, bvh.frame_time) == (plain.names, plain.parents, plain.frame_time)
    np.testing.assert_array_equal(bvh.joints_and_ends()[1], plain.joints_and_ends()[1])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "latin-1"])
def test_a_file_of_another_encoding_is_read(tmp_path, encoding):
    path = tmp_path / "a.bvh"
    path.write_bytes(TEXT.replace("Spine", "Rücken").encode(encoding))
    np.testing.assert_array_equal(read_bvh(path).joints(), parse_bvh(TEXT).joints())


def test_names_may_have_blanks_and_joints_no_channels():
    text = TEXT.replace("Hips", "Bip01 Pelvis").replace("CHANNELS 3 Xrotation Yrotation Zrotation", "CHANNELS 0")
    bvh = parse_bvh(text.replace("90 0 0 0 0 0", "90 0 0").replace("0 0 0 0 0 90", "0 0 0"))
    assert bvh.names == ["Bip01 Pelvis", "Spine"]
    assert bvh.joints().shape == (2, 2, 3)


WRONG = {
    "it must hold HIERARCHY": "nothing",
    "promises 3 frames of 9 channels, 27 numbers, found 18": TEXT.replace("Frames: 2", "Frames: 3"),
    "promises 1 frames of 9 channels, 9 numbers, found 18": TEXT.replace("Frames: 2", "Frames: 1"),
    "found 17": TEXT.replace(" 0 90\n", " 90\n"),
    "Frames must be a whole number": TEXT.replace("Frames: 2", "Frames: -2"),
    "Frames must be a whole number from 1 on, found '0'": TEXT.replace("Frames: 2", "Frames: 0"),
    "Frame Time must be from": TEXT.replace("0.5", "0"),
    "'nan' is no number": TEXT.replace("0.5", "nan"),
    "'0,5' is no number": TEXT.replace("0.5", "0,5"),
    "frame 2 has nan in channel 9": TEXT.replace("0 90\n", "0 nan\n"),
    "frame 2 has inf in channel 9": TEXT.replace("0 90\n", "0 1e999\n"),
    "'x' among the channel values": TEXT.replace("0 90\n", "0 x\n"),
    "a bracket is not closed": TEXT.replace("}\n}\nMOTION", "}\nMOTION"),
    "unknown word '}'": TEXT.replace("}\nMOTION", "}\n}\nMOTION"),
    "unknown word 'LIMITS'": TEXT.replace("OFFSET 0 0 2", "OFFSET 0 0 2 LIMITS 3"),
    "must be a number up to 9": TEXT.replace("CHANNELS 3", "CHANNELS 1000000000000000"),
    "Spine has 'Xscale'": TEXT.replace("3 Xrotation", "3 Xscale"),
    "a bracket must open": TEXT.replace("ROOT Hips\n{", "ROOT Hips"),
    "stands outside the brackets of a joint": "HIERARCHY OFFSET 0 0 0 " + TEXT[len("HIERARCHY") :],
    "it has no joints": "HIERARCHY\nMOTION\nFrames: 1\nFrame Time: 0.1\n",
    "'1e300' is no number that a BVH file can have": TEXT.replace("OFFSET 0 0 2", "OFFSET 0 0 1e300"),
}


@pytest.mark.parametrize("said", WRONG)
def test_damage_is_told_in_one_line(tmp_path, said):
    path = tmp_path / "a.bvh"
    path.write_text(WRONG[said])
    with pytest.raises(UserError) as caught:
        read_bvh(path)
    assert said in str(caught.value) and str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_cut_off_anywhere_is_told():
    for end in range(len(TEXT.rstrip()) - 2):
        with pytest.raises(UserError, match="must be a whole BVH file"):
            parse_bvh(TEXT[:end])


@settings(max_examples=300)
@given(st.data())
def test_words_out_of_place_are_never_another_error(data):
    words = TEXT.split()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(words) - 1))
        new = data.draw(st.sampled_from([*words, "", "-1", "nan", "1e400", "99999999999999999999", "٣", "\x00"]))
        words[place : place + data.draw(st.integers(0, 2))] = [new]
    try:
        xyz = parse_bvh(" ".join(words)).joints_and_ends()[1]
    except UserError:
        return
    assert np.isfinite(xyz).all()
