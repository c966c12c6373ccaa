"""The parts of the BlazePose detector: weights, networks, decoding, regions."""
