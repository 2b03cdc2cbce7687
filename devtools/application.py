"""The processes of the application, as deploy/entrypoint names them."""

from pathlib import Path

from devtools.console import Console, StopError
from devtools.paths import PYTHON, ROOT
from devtools.processes import Background, run_captured

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


def compile_catalogs(console: Console, root: Path = ROOT) -> None:
    """Compile the translations whose source is newer; Babel does it, so gettext's tools are not needed."""
    stale = [source for source in sorted(root.glob("locale/*/LC_MESSAGES/*.po")) if _is_stale(source)]
    if not stale:
        return
    with console.step("Translations: compiling"):
        for source in stale:
            compile_one = ["compile", "-i", source, "-o", source.with_suffix(".mo")]
            done = run_captured([PYTHON, "-m", "babel.messages.frontend", *compile_one], cwd=root)
            if done.returncode != 0:
                raise StopError(f"{source} can't be compiled: correct it.\n{done.stdout.rstrip()}")


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime
