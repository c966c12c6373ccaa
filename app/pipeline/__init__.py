"""From a video to 3D motion, one step a file. Does not use Qt, gets its detector and its lifter as arguments."""
