"""Start Django on the benchmark's settings, then measure."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()

from bench.command import main  # noqa: E402 - the models can be imported only now

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
