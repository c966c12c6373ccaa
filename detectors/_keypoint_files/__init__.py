"""Readers of 2D results that other programs wrote; `detectors.keypoint_files` is the detector on top of them."""
