#!/bin/sh
# Write the two lock files: what running needs, and what testing needs besides.
set -eu
cd "$(dirname "$0")/.."
options="--universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet"
build=$(mktemp)
trap 'rm -f "$build"' EXIT
printf 'hatchling\neditables\n' > "$build"
uv pip compile $options pyproject.toml "$build" -o requirements.lock
uv pip compile $options --extra dev pyproject.toml "$build" -c requirements.lock -o requirements-dev.lock
