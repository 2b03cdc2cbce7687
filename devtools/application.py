"""The processes of the application, as deploy/entrypoint names them."""

from pathlib import Path

from devtools.paths import ROOT
from devtools.processes import Background

ENTRYPOINT = ROOT / "deploy" / "entrypoint"
# What each process's command line contains, to tell a leftover from a stranger with the same pid.
MARKERS = {
    "web": "o2c.wsgi:application",
    "worker": "o2c.celery:app",
    "beat": "o2c.celery:app",
}


def end_leftovers(run_dir: Path) -> list[str]:
    """End the processes that a killed dev.py left behind, and return their names."""
    names = []
    for name, marker in MARKERS.items():
        process = Background(name, [], env={}, cwd=ROOT, run_dir=run_dir)
        if process.end_leftover(marker):
            names.append(name)
    return names
