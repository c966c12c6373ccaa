"""The shared nouns: skeletons, keypoints, pose sequences, cameras, windows. Needs numpy only."""
