"""What a page does while an answer is on its way."""

from __future__ import annotations

import pytest

from browser.pages import Dashboard

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# A part of the page as Streamlit marks it while it waits for the answer to a click.
_WAITING = """() => {
  const part = document.querySelector("[data-testid='stMain'] [data-testid='stElementContainer']");
  part.dataset.stale = "true";
  part.style.opacity = "0.33";
  const fold = getComputedStyle(document.querySelector("[data-testid='stExpander'] > details"));
  const look = getComputedStyle(part);
  return [Number(look.opacity), look.transitionDuration, look.transitionProperty, fold.borderTopColor];
}"""
_STATE = """(state) => {
  document.querySelector("[data-testid='stApp']").setAttribute("data-test-script-state", state);
}"""


def test_only_a_slow_answer_fades_what_waits_for_it(dashboard: Dashboard) -> None:
    page = dashboard.open("countries").page
    edge = page.evaluate(
        "getComputedStyle(document.querySelector(\"[data-testid='stExpander'] > details\")).borderTopColor"
    )
    opacity, duration, _, fold = page.evaluate(_WAITING)
    assert (opacity, duration) == (1, "0s")
    # The line around a closed list is told twice, by the theme and by the rule that holds it still.
    assert fold == edge == "rgb(121, 131, 143)"
    page.evaluate(_STATE, "running")
    page.wait_for_selector("html[data-slow]", state="attached")
    _, duration, what, _ = page.evaluate(_WAITING)
    assert (duration, what) == ("0.75s", "opacity")
    page.wait_for_function(
        "Number(getComputedStyle(document.querySelector(\"[data-stale='true']\")).opacity) < 0.5"
    )
    page.evaluate(_STATE, "notRunning")
    page.wait_for_selector("html:not([data-slow])", state="attached")
    assert page.evaluate(_WAITING)[0] == 1
