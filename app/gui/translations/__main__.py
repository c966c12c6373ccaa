"""Bring the .ts files up to date with the program, and make the .qm files from them.

    python -m app.gui.translations

New texts come in as unfinished, texts that are gone go. Write the German, say, with Qt Linguist (pyside6-linguist) or
any editor into marey_de.ts and run this again. To add a language, copy marey_de.ts and change its `language`.

Qt's own lupdate is not used: it takes a bare `tr` for a method of the class around it, and sees no tables.
"""

from __future__ import annotations

import sys

from app.gui.language import FOLDER
from app.gui.translations.files import compile_ts, read_ts, updated, write_ts
from app.gui.translations.texts import texts_of_the_program


def main() -> int:
    """Returns 1 where something is left to be translated."""
    left = 0
    texts = texts_of_the_program()
    for path in sorted(FOLDER.glob("marey_*.ts")):
        catalogue = updated(read_ts(path), texts)
        write_ts(catalogue, path)
        compile_ts(path, path.with_suffix(".qm"))
        missing = catalogue.missing()
        left += len(missing)
        print(f"{path.name}: {len(catalogue.messages)} texts, {len(missing)} not translated")
        for text in missing:
            print(f"  {text!r}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
