#!/usr/bin/env python3
"""Everything a developer does, from nothing but Python 3.11.

    python3 dev.py run            install, start the servers, migrate, seed the demo company, serve
    python3 dev.py test           the same servers, then pytest (arguments pass through)

`python3 dev.py help` lists the rest.
"""

import sys

if sys.version_info < (3, 11) or sys.platform == "win32":
    sys.exit(
        "dev.py needs Python 3.11 or newer on Linux or macOS (on Windows: use WSL, or docker compose up)."
    )

from devtools.commands import main
from devtools.postgres import PostgresServer, start_postgres
from devtools.valkey import ValkeyServer, start_valkey

__all__ = ["PostgresServer", "ValkeyServer", "main", "start_postgres", "start_valkey"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
