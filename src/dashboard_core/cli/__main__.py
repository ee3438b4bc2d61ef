"""``python -m dashboard_core.cli`` is ``stances``."""

from dashboard_core.cli import main

main(prog_name="stances")
