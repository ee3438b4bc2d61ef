"""What ``streamlit run app.py`` starts: the dashboard, wrapped in security headers."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
if (ROOT / "src").is_dir() and str(ROOT / "src") not in sys.path:
    # `streamlit run app.py` also works in a checkout whose package was not installed.
    sys.path.insert(0, str(ROOT / "src"))

# Loaded before the first reader comes: they would wait for these several seconds.
import plotly.tools  # noqa: E402, F401
import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from dashboard_core import charts, exports, query  # noqa: E402, F401
from dashboard_core.ui.security import SecurityHeaders  # noqa: E402

app = st.App(ROOT / "src/dashboard_core/ui/main.py", middleware=[Middleware(SecurityHeaders)])
