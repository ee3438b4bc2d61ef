"""What the reader's screen is like: theme and width, and the few style rules Streamlit has no setting for."""

from __future__ import annotations

import streamlit as st

from dashboard_core.charts import THEMES, SizeName, ThemeName
from dashboard_core.charts.layout import SIZES
from dashboard_core.ui import reader, screen

__all__ = ["apply_style", "screen_size", "theme_name"]


def theme_name() -> ThemeName:
    """Return the theme in use, light where the browser has not said yet."""
    return "dark" if getattr(st.context.theme, "type", None) == "dark" else "light"


def screen_size() -> SizeName:
    """Return the size of chart that fits into the reader's window."""
    return screen.size()


def _waiting() -> list[str]:
    """Fade what waits for a slow answer, and not what is about to be answered (see screen.py).

    Streamlit starts some seventy transitions on each click, which end before anything is seen of them: each
    part of the page becomes a layer of its own, which costs a browser more than the charts.
    """
    quick, slow = "html:not([data-slow])", "html[data-slow]"
    edge = st.get_option(f"theme.{theme_name()}.borderColor")
    kept = f"border-color:{edge} !important;" if edge else ""
    return [
        f"{quick} [data-stale='true']{{opacity:1 !important;transition:none !important}}",
        f"{quick} [data-testid='stExpander']>details{{{kept}transition:none !important}}",
        f"{quick} [data-testid='stExpander'] summary{{opacity:1 !important;transition:none !important}}",
        f"{slow} [data-stale='true']{{transition:opacity .75s ease-in !important}}",
    ]


def apply_style(*, meeting: bool = False) -> None:
    """Write the style rules of all pages; the meeting view hides everything but its chart."""
    look, shown = THEMES[theme_name()], screen_size()
    rules = [
        # Plotly's buttons fade until hovered; the one that saves the picture has to be found.
        f".js-plotly-plot .modebar-btn path{{fill:{look.muted} !important}}",
        ".js-plotly-plot .modebar{opacity:1 !important}",
        # Captions are drawn too faint for small type (WCAG 1.4.3).
        f"[data-testid='stCaptionContainer'] p{{color:{look.muted} !important;opacity:1}}",
        f"[data-testid='stCaptionContainer']{{color:{look.muted} !important;opacity:1}}",
        # Streamlit's default page is as wide as the screen: lines of text stay readable.
        ".stMainBlockContainer{max-width:1500px;padding:3rem 2.5rem 4rem}",
        "@media(max-width:640px){.stMainBlockContainer{padding:3rem 1rem 3rem}}",
        # A chart made for a wide screen keeps its width in a narrow window and is moved sideways there:
        # squeezed, its names and numbers would lie over each other.
        "[data-testid='stPlotlyChart']{overflow-x:auto}",
        f"[data-testid='stPlotlyChart']>div{{min-width:{SIZES[shown].least}px}}",
        ".stMainBlockContainer [data-testid='stMarkdownContainer'] p{max-width:60rem}",
        # What Plotly says of a saved picture is white on pale grey.
        f".plotly-notifier .notifier-note{{background:{look.text} !important;color:{look.page} !important}}",
        # A button that leads to a passage is a link, and has to look like one.
        "[class*='st-key-passage_'] button p{text-decoration:underline;text-align:left}",
        # A choice that nothing matches (see screen.py).
        f"[role='option'][data-nothing] *{{color:{look.muted} !important;font-style:italic}}",
        *_waiting(),
    ]
    if theme_name() == "dark":
        # Streamlit writes white on the bright blue that links and switches need on a dark page.
        kinds = ("stBaseButton-primary", "stBaseButton-primaryFormSubmit")
        rules += [f"[data-testid='{kind}'] :is(p,span){{color:#0F141B !important}}" for kind in kinds]
        rules.append("[data-testid='stMultiSelect'] [data-tag] *{color:#0F141B !important}")
    if meeting:
        rules += [
            "section[data-testid='stSidebar'],[data-testid='stSidebarCollapsedControl'],"
            "[data-testid='stExpandSidebarButton'],header[data-testid='stHeader']{display:none}",
            ".stMainBlockContainer{max-width:none;padding:1rem 2.5rem}",
            "[data-testid='stPlotlyChart']>div{min-width:0}",
        ]
    st.html(f"<style>{''.join(rules)}{reader.style(theme_name())}</style>")
