"""Pictures of every page: `python3 dev.py shots`. Nothing is written to the demo's database but the sign-in."""

import argparse
import logging
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path

import django

django.setup()

from o2c.kernel.models import User  # noqa: E402 - Django must be set up before its models are imported
from tests.browser.axe import DRESS  # noqa: E402
from tests.browser.chromium import PHONE, WIDE, browsing, open_context, why_none  # noqa: E402
from tests.browser.console import console_pages  # noqa: E402
from tests.browser.pages import OUTSIDE, pages  # noqa: E402
from tests.examples.served import served  # noqa: E402

THEMES = ("light", "dark")
WIDTHS = {"wide": WIDE, "phone": PHONE}
DESKS = ("order", "warehouse", "ar", "finance")  # each has a home of its own


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture to take: of an address, as somebody sees it, after some keys were pressed."""

    name: str
    path: str
    username: str = "admin"
    keys: tuple[str, ...] = ()


def shots(admin: User) -> list[Shot]:
    """What to take pictures of."""
    found, missing = pages(admin)
    for name in missing:
        print(f"No row of this company has a page {name}.")
    return [
        *(Shot(page.name, page.path) for page in [*found, *console_pages(admin)]),
        *(Shot(f"home-{name}", "/", name) for name in DESKS),
        *(Shot(f"outside-{place}", path, "") for place, path in enumerate(OUTSIDE, 1)),
        Shot("palette", "/orders/", keys=("Control+k", "l", "a", "n")),
        Shot("keys", "/orders/", keys=("?",)),
        Shot("not-found", "/orders/SO-0/"),
        Shot("not-permitted", "/ledger/", "warehouse"),
    ]


def take(only: str, folder: Path) -> list[str]:
    """Take them; return the names of the pictures."""
    admin = User.objects.get(username="admin")
    names = []
    with served() as address, browsing() as browser:
        wanted = [shot for shot in shots(admin) if only in shot.name]
        for width, viewport in WIDTHS.items():
            for username in sorted({shot.username for shot in wanted}):
                user = User.objects.get(username=username) if username else None
                context = open_context(browser, address, user=user, viewport=viewport)
                page = context.new_page()
                for shot in (shot for shot in wanted if shot.username == username):
                    page.goto(shot.path)
                    for key in shot.keys:
                        page.keyboard.press(key)
                    if shot.keys:
                        page.wait_for_timeout(500)  # the palette asks when the keys rest
                        page.wait_for_load_state("networkidle")
                    page.evaluate("document.fonts.ready.then(() => true)")
                    for theme in THEMES:
                        page.evaluate(DRESS, theme)
                        name = f"{shot.name}-{width}-{theme}.png"
                        page.screenshot(path=folder / name, full_page=not shot.keys, animations="disabled")
                        names.append(name)
                context.close()
    return names


def contact_sheet(folder: Path, names: list[str]) -> Path:
    """A page on which all of them stand side by side."""
    figures = "\n".join(
        f'<figure><a href="{escape(name)}"><img src="{escape(name)}" loading="lazy" alt=""></a>'
        f"<figcaption>{escape(name.removesuffix('.png'))}</figcaption></figure>"
        for name in sorted(names)
    )
    style = (
        "body{font:14px system-ui;margin:1rem;display:grid;gap:1rem;"
        "grid-template-columns:repeat(auto-fill,minmax(18rem,1fr))}"
        "figure{margin:0}img{width:100%;height:14rem;object-fit:cover;object-position:top;border:1px solid #ccc}"
    )
    sheet = folder / "index.html"
    sheet.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>{style}</style>{figures}'
    )
    return sheet


def main(arguments: list[str]) -> int:
    """Take the pictures and say where they are."""
    parser = argparse.ArgumentParser(prog="dev.py shots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/shots"))
    parser.add_argument("--only", default="", help="only pages whose name contains this word")
    chosen = parser.parse_args(arguments)
    if reason := why_none():
        print(reason)
        return 1
    logging.disable(logging.CRITICAL)  # the pages speak for themselves
    chosen.folder.mkdir(parents=True, exist_ok=True)
    names = take(chosen.only, chosen.folder)
    print(f"{len(names)} pictures: {contact_sheet(chosen.folder, names)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
