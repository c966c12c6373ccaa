"""Speed of every preset on a 1,000-frame sequence, plain and fast side by side, as a Markdown table.

    python tests/benchmarks/lifters.py [PRESET...] [--frames 1000] [--seconds 3] [--device cpu]

Presets that differ in nothing that matters for speed (training settings) are measured all the same.
"""

from __future__ import annotations

import sys

from lifting.bench import main

if __name__ == "__main__":
    sys.exit(main(["--presets", *sys.argv[1:]]))
