"""What tells people apart in every view: a name and a colour of their own. Knows no Qt."""

from __future__ import annotations

from poses.motion import Motion

# Okabe and Ito's set, told apart with every kind of colour blindness; the darkest of it comes last.
PERSON_COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#d55e00", "#4a7dff")
# A person's left is this much nearer to white, the right nearer to black: sides differ by shade, people by colour.
LIGHTER, DARKER = 0.5, 0.4


def label_of(motion: Motion, person: int) -> str:
    """The name the user gave, else P1, P2, ..."""
    return motion.persons[person].name or f"P{person + 1}"


def colour_of(motion: Motion, person: int) -> str:
    """#rrggbb of a person, the same whatever becomes of the others; "" for somebody who is alone."""
    if len(motion.persons) < 2:
        return ""
    return PERSON_COLOURS[motion.persons[person].track % len(PERSON_COLOURS)]


def name_of(motion: Motion, person: int) -> str:
    """What stands beside a figure: its label, "" for somebody who is alone and was given no name."""
    return label_of(motion, person) if len(motion.persons) > 1 else motion.persons[person].name


def shades(colour: str) -> dict[str, str]:
    """A person's colours, #rrggbb, of "left", "right" and "middle"."""
    return {"left": _towards(colour, 255, LIGHTER), "right": _towards(colour, 0, DARKER), "middle": colour}


def _towards(colour: str, end: int, part: float) -> str:
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(value + (end - value) * part):02x}" for value in parts)
