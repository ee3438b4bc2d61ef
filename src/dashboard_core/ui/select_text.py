"""Choosing words of an article by mouse, finger or keyboard; what comes back are exact places in its text.

A browser counts in UTF-16 units, this product in characters: an emoji before the chosen words would shift
them. So the component counts characters itself, in text that it shows letter for letter.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import streamlit as st

from dashboard_core.records import Span

__all__ = ["chosen_span", "select_text", "shown_text"]

_HTML: Final = """
<div class="dc-choose">
  <div class="dc-words" role="textbox" aria-multiline="true" aria-readonly="true" tabindex="0"
       contenteditable="true" inputmode="none" spellcheck="false"></div>
  <div class="dc-below">
    <button type="button" disabled></button><span role="status" aria-live="polite"></span>
  </div>
</div>
"""
_CSS: Final = """
.dc-words { max-height: 20rem; overflow-y: auto; white-space: pre-wrap; padding: .6rem .8rem;
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); line-height: 1.5;
  background: var(--st-background-color); color: var(--st-text-color); font-family: var(--st-font); }
.dc-words:focus-visible, .dc-below button:focus-visible { outline: 2px solid var(--st-primary-color);
  outline-offset: 1px; }
.dc-words mark { background: color-mix(in srgb, var(--st-primary-color) 22%, transparent); color: inherit; }
.dc-below { display: flex; gap: .8rem; align-items: center; margin-top: .5rem; font-size: .875rem;
  color: var(--st-text-color); font-family: var(--st-font); }
.dc-below span { min-width: 0; }
.dc-below button { flex: none; padding: .4rem .8rem; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); background: var(--st-background-color); color: inherit;
  font: inherit; cursor: pointer; }
.dc-below button:disabled { cursor: not-allowed; opacity: .6; }
"""
_SCRIPT: Final = """
const signs = (text) => { let count = 0; for (const _ of text) count += 1; return count; };
const units = (text, wanted) => {
  let count = 0, at = 0;
  for (const sign of text) { if (count === wanted) break; count += 1; at += sign.length; }
  return at;
};
const before = (box, node, offset) => {
  const range = document.createRange();
  range.selectNodeContents(box);
  range.setEnd(node, offset);
  return range.toString().length;
};

const at = (box, wanted) => {
  const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  let left = wanted, node = walk.nextNode();
  while (node && left > node.length) { left -= node.length; node = walk.nextNode() ?? null; }
  return node ? [node, left] : [box, box.childNodes.length];
};
const under = (x, y) => {
  // Browsers have either the one or the other.
  const caret = document.caretPositionFromPoint?.(x, y);
  if (caret) return [caret.offsetNode, caret.offset];
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? [range.startContainer, range.startOffset] : null;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".dc-words");
  const button = parentElement.querySelector("button");
  const said = parentElement.querySelector("[role=status]");
  const hint = matchMedia("(pointer: coarse)").matches ? data.touch : data.hint;
  let chosen = null, first = null, finger = false;

  const write = () => {
    const start = units(data.text, data.start), end = units(data.text, data.end);
    const mark = document.createElement("mark");
    mark.textContent = data.text.slice(start, end);
    box.replaceChildren(data.text.slice(0, start), ...(end > start ? [mark] : []), data.text.slice(end));
    return mark;
  };
  const drawn = JSON.stringify([data.text, data.start, data.end]);
  if (box.drawn !== drawn) {
    box.drawn = drawn;
    const mark = write();
    box.scrollTop = Math.max(0, mark.offsetTop - box.offsetTop - 40);
  }
  box.setAttribute("aria-label", data.label);
  button.textContent = data.button;
  button.disabled = true;
  said.textContent = hint;

  const look = () => {
    const selection = document.getSelection();
    if (!selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!box.contains(range.startContainer) || !box.contains(range.endContainer)) return;
    const from = before(box, range.startContainer, range.startOffset);
    const to = before(box, range.endContainer, range.endOffset);
    const words = data.text.slice(from, to);
    if (!words.trim()) { chosen = null; button.disabled = true; said.textContent = hint; return; }
    const start = signs(data.text.slice(0, from));
    chosen = { start, end: start + signs(words) };
    button.disabled = false;
    const flat = words.trim().replace(/\\s+/g, " ");
    said.textContent = `“${flat.length > 70 ? `${flat.slice(0, 34)} … ${flat.slice(-34)}` : flat}”`;
  };
  const use = () => { if (chosen) setTriggerValue("chosen", chosen); };
  const stay = (event) => event.preventDefault();
  const key = (event) => {
    // The page's own keys (1, 2, 3, ...) decide labels: they must not while somebody chooses words.
    event.stopPropagation();
    if (event.key === "Enter") { event.preventDefault(); use(); }
  };
  const mend = () => { write(); };
  const touched = (event) => { finger = event.pointerType === "touch"; };
  const tap = (event) => {
    // A finger cannot drag over words without moving the page: the first word is tapped, then the last.
    if (!finger) return;
    const spot = under(event.clientX, event.clientY);
    if (!spot || !box.contains(spot[0])) return;
    const place = before(box, spot[0], spot[1]), text = data.text;
    let start = place, end = place;
    while (start > 0 && /\\S/.test(text[start - 1])) start -= 1;
    while (end < text.length && /\\S/.test(text[end])) end += 1;
    if (start === end) return;
    const whole = first ? [Math.min(first[0], start), Math.max(first[1], end)] : [start, end];
    first = first ? null : whole;
    document.getSelection().setBaseAndExtent(...at(box, whole[0]), ...at(box, whole[1]));
  };
  const anew = (event) => {
    // Dragging from words that are chosen would carry them away instead of choosing others.
    if (!finger && event.detail === 1 && !event.shiftKey) document.getSelection().removeAllRanges();
  };

  document.addEventListener("selectionchange", look);
  for (const name of ["beforeinput", "paste", "drop", "dragstart"]) box.addEventListener(name, stay);
  box.addEventListener("input", mend);
  box.addEventListener("keydown", key);
  box.addEventListener("mousedown", anew);
  box.addEventListener("pointerdown", touched);
  box.addEventListener("click", tap);
  button.addEventListener("mousedown", stay);
  button.addEventListener("click", use);
  look();
  return () => {
    document.removeEventListener("selectionchange", look);
    for (const name of ["beforeinput", "paste", "drop", "dragstart"]) box.removeEventListener(name, stay);
    box.removeEventListener("input", mend);
    box.removeEventListener("keydown", key);
    box.removeEventListener("mousedown", anew);
    box.removeEventListener("pointerdown", touched);
    box.removeEventListener("click", tap);
    button.removeEventListener("mousedown", stay);
    button.removeEventListener("click", use);
  };
}
"""


def select_text(text: str, marked: Span, *, label: str, button: str, key: str) -> Span | None:
    """Draw an article in which words can be chosen; return their place once, when the button is pressed.

    Parameters
    ----------
    text : str
        The article's text.
    marked : Span
        What is marked in it at first, and scrolled to; an empty span marks nothing.
    label : str
        What the field is called for those who cannot see it.
    button : str
        What is written on the button.
    key : str
        The component's key.
    """
    found = _component()(
        key=key,
        data={
            "text": shown_text(text),
            "start": marked.start,
            "end": marked.end,
            "label": label,
            "button": button,
            "hint": "Drag over the words; by keyboard: arrow keys with Shift, then Enter.",
            "touch": "Tap the first word, then the last one.",
        },
        on_chosen_change=lambda: None,
    )
    return chosen_span(found.chosen, text)


def shown_text(text: str) -> str:
    """Return the text as it can be sent to a browser, sign for sign.

    Half a surrogate pair from a damaged file cannot be sent, and a carriage return would end the line twice.

    >>> shown_text("a\\ud800b\\r\\nc")
    'a�b \\nc'
    """
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text).replace("\r", " ")


def chosen_span(value: Any, text: str) -> Span | None:
    """Return what a browser says was chosen, without blanks at its ends; None if it is no part of the text.

    >>> chosen_span({"start": 4, "end": 7}, "Yes, we do.")
    Span(start=5, end=7)
    >>> chosen_span({"start": 3, "end": 99}, "Yes, we do.") is None
    True
    """
    if not isinstance(value, dict):
        return None
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        return None
    words = text[start:end]
    start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
    return Span(start, end) if start < end else None


@cache
def _component() -> Any:
    # Not in a shadow tree: there a browser does not tell which words are chosen.
    return st.components.v2.component(
        "stances_select_text", html=_HTML, css=_CSS, js=_SCRIPT, isolate_styles=False
    )
