"""Runs inside Blender's Python (`bpy`): load a BVH with the real importer, write what Blender sees, render a picture.

    .venv-blender/bin/python tests/benchmarks/blender_load.py walk.bvh seen.npz [picture.png]

The importer's own defaults are kept (forward -Z, up Y: the file's y becomes Blender's z), but for the scale: a
hundredth, because our files are in centimetres. Called by blender_check.py.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

POSES = 6  # figures in the picture
SCALE = 0.01


def load(path: str) -> bpy.types.Object:
    """The armature that Blender makes of the file, in an empty scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.preferences.addon_enable(module="io_anim_bvh")
    bpy.ops.import_anim.bvh(filepath=path, global_scale=SCALE, update_scene_fps=True, update_scene_duration=True)
    (armature,) = (o for o in bpy.data.objects if o.type == "ARMATURE")
    return armature


def look(armature: bpy.types.Object, frames: int) -> dict[str, np.ndarray]:
    """Joints of every frame and of the rest pose, in Blender's world (z up)."""
    names = [bone.name for bone in armature.data.bones]
    heads, tails, turns = (np.zeros((frames, len(names), n)) for n in (3, 3, 4))
    world = armature.matrix_world
    for frame in range(frames):
        bpy.context.scene.frame_set(frame + 1)
        for index, name in enumerate(names):
            bone = armature.pose.bones[name]
            heads[frame, index], tails[frame, index] = world @ bone.head, world @ bone.tail
            turns[frame, index] = (world @ bone.matrix).to_quaternion()
    bones = [armature.data.bones[name] for name in names]
    return {
        "names": np.array(names),
        "parents": np.array([names.index(b.parent.name) if b.parent else -1 for b in armature.data.bones]),
        "leaf": np.array([not b.children for b in armature.data.bones]),
        "heads": heads,
        "tails": tails,
        "turns": turns,
        "rest_heads": np.array([world @ bone.head_local for bone in bones]),
        "rest_tails": np.array([world @ bone.tail_local for bone in bones]),
    }


def stick(start: np.ndarray, end: np.ndarray, colour: tuple[float, float, float]) -> None:
    """A bone as a tapered rod with a ball at its joint."""
    along = Vector(end - start)
    if along.length < 1e-4:
        return
    material = bpy.data.materials.get(str(colour)) or bpy.data.materials.new(str(colour))
    material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (*colour, 1)
    bpy.ops.mesh.primitive_cone_add(
        vertices=24, radius1=0.04, radius2=0.025, depth=along.length, location=Vector(start) + along / 2
    )
    rod = bpy.context.object
    rod.rotation_mode = "QUATERNION"
    rod.rotation_quaternion = along.to_track_quat("Z", "Y")
    bpy.ops.mesh.primitive_uv_sphere_add(radius=0.045, location=start)
    for thing in (rod, bpy.context.object):
        thing.data.materials.append(material)


def colour_of(name: str) -> tuple[float, float, float]:
    if name.startswith("Left"):
        return (0.10, 0.35, 0.85)
    return (0.85, 0.30, 0.08) if name.startswith("Right") else (0.55, 0.55, 0.55)


def render(seen: dict[str, np.ndarray], picture: str) -> None:
    """The rest pose and frames in equal steps beside one another, front view, as Cycles draws them."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    frames = np.linspace(0, len(seen["heads"]) - 1, POSES).round().astype(int)
    poses = [(seen["rest_heads"], seen["rest_tails"])] + [(seen["heads"][f], seen["tails"][f]) for f in frames]
    hips = list(seen["names"]).index("Hips")
    for place, (heads, tails) in enumerate(poses):
        shift = np.array([1.6 * place, 0, 0]) - heads[hips] * [1, 1, 0]
        if place == 0:  # the rest pose has the hips at the origin; the others stand where they stand over the floor
            shift[2] = -min(heads[:, 2].min(), tails[:, 2].min())
        for joint, name in enumerate(seen["names"]):
            if seen["parents"][joint] >= 0:
                stick(heads[seen["parents"][joint]] + shift, heads[joint] + shift, colour_of(str(name)))
            if seen["leaf"][joint]:
                stick(heads[joint] + shift, tails[joint] + shift, colour_of(str(name)))
    middle = 1.6 * (len(poses) - 1) / 2
    bpy.ops.mesh.primitive_plane_add(size=200, location=(middle, 0, 0))
    bpy.ops.object.light_add(type="SUN", rotation=(math.radians(40), math.radians(20), 0))
    bpy.context.object.data.energy = 2
    scene = bpy.context.scene
    scene.world = bpy.data.worlds.new("grey")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs[0].default_value = (0.45, 0.48, 0.52, 1)
    bpy.ops.object.camera_add(location=(middle, -20, 3.0), rotation=(math.radians(84), 0, 0))
    scene.camera = bpy.context.object
    scene.camera.data.type, scene.camera.data.ortho_scale = "ORTHO", 1.6 * len(poses) + 0.2
    scene.view_settings.view_transform = "Standard"
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.device = 24, "CPU"
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_x, scene.render.resolution_y = 1600, 340
    scene.render.image_settings.color_mode, scene.render.image_settings.compression = "RGB", 100
    scene.cycles.use_denoising = True
    scene.render.filepath = str(Path(picture).resolve())
    bpy.ops.render.render(write_still=True)


def main(bvh: str, out: str, picture: str = "") -> None:
    armature = load(bvh)
    lines = Path(bvh).read_text().splitlines()
    frames = next(int(line.split()[1]) for line in lines if line.startswith("Frames:"))
    seen = look(armature, frames)
    keyed = armature.animation_data.action.frame_range
    scene = bpy.context.scene
    fps = scene.render.fps / scene.render.fps_base
    np.savez_compressed(out, fps=fps, keyed=keyed[1] - keyed[0] + 1, blender=bpy.app.version_string, **seen)
    if picture:
        render(seen, picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
