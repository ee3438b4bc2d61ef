"""The browser's Back button: the filters follow the address only when nobody used a control."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

from dashboard_core.ui.history import LASTING, changed_controls, is_back

UI = Path(__file__).resolve().parents[1] / "src/dashboard_core/ui"
ADDRESSES: tuple[dict[str, list[str]], ...] = (
    {},
    {"undated": ["no"]},
    {"country": ["KGZ"], "undated": ["no"]},
)


def test_a_control_that_was_used_always_counts_more_than_a_late_address() -> None:
    for asked, written in itertools.product(ADDRESSES, repeat=2):
        for moved in (False, True):
            assert not is_back(asked, written, ["undated_out"], moved=moved)


def test_without_a_control_the_address_is_meant_as_it_stands() -> None:
    for asked, written in itertools.product(ADDRESSES, repeat=2):
        assert is_back(asked, written, [], moved=False) == (asked != written)
        # The menu leads to a page without parameters: the filters go along.
        assert is_back(asked, written, [], moved=True) == (asked != written and asked != {})


def test_boxes_are_used_both_ways_and_buttons_are_released_by_themselves() -> None:
    for key in LASTING:
        assert changed_controls({key: "True"}, {key: "False"}) == [key]
        assert changed_controls({key: "False"}, {key: "True"}) == [key]
    assert changed_controls({"clear_filters": "True"}, {"clear_filters": "False"}) == []
    assert changed_controls({"clear_filters": "False"}, {"clear_filters": "True"}) == ["clear_filters"]
    # Drawn for the first time in this run: nobody can have used it.
    assert changed_controls({}, {"confidence": "0", "leave": "False"}) == []


def test_every_box_and_list_that_opens_is_known_as_lasting() -> None:
    asked = {"checkbox", "toggle"}
    for file in sorted(UI.glob("*.py")):
        if file.name.startswith("corpus"):  # that page has no filters
            continue
        module = ast.parse(file.read_text("utf-8"))
        constants = {
            line.target.id: line.value.value
            for line in module.body
            if isinstance(line, ast.AnnAssign)
            and isinstance(line.target, ast.Name)
            and isinstance(line.value, ast.Constant)
        }
        for call in ast.walk(module):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            named = {word.arg: word.value for word in call.keywords}
            if call.func.attr in asked or (
                call.func.attr in {"expander", "popover"} and "on_change" in named
            ):
                key = ast.unparse(named["key"]).removeprefix("f").strip("'\"")
                key = str(constants.get(key, key))
                assert key.startswith(LASTING), f"{file.name}:{call.lineno}: {key}"
