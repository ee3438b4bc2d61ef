#!/bin/sh
# Find a Chromium for the browser tests, or fetch one: from the system's packages as root on Debian, else
# Playwright's own build. Says plainly when there is none; the browser tests are then skipped.
set -u
python=${1:-python3}
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then
        echo "Browser tests: using $(command -v "$name")"
        exit 0
    fi
done
if "$python" - <<'PY' 2>/dev/null
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    raise SystemExit(0 if Path(p.chromium.executable_path).is_file() else 1)
PY
then
    echo "Browser tests: using Playwright's Chromium"
    exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Browser tests: installing chromium from the system's packages"
    if apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; then
        exit 0
    fi
fi
if "$python" -m playwright install chromium; then
    exit 0
fi
echo "No Chromium could be found or fetched: THE BROWSER TESTS WILL BE SKIPPED." >&2
exit 0
