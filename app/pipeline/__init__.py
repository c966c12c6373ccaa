"""From a video to 3D motion, one step a file. Knows no Qt, is handed its detector and its lifter."""
