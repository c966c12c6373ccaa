"""The shared types: skeletons, keypoints, pose sequences, cameras, windows. Needs numpy only."""
