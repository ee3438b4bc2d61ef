"""Write the generated parts of README.md anew: the data dictionary between its two marks."""

from __future__ import annotations

from pathlib import Path

from dashboard_core.frames import data_dictionary

README = Path(__file__).resolve().parents[1] / "README.md"
START, END = "<!-- data dictionary -->\n", "<!-- end of data dictionary -->"


def main() -> None:
    text = README.read_text("utf-8")
    head, rest = text.split(START)
    tail = rest.split(END)[1]
    README.write_text(f"{head}{START}\n{data_dictionary()}\n{END}{tail}", "utf-8")


if __name__ == "__main__":
    main()
