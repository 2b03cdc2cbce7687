"""Settings of the web processes that the benchmark calls."""

from bench.settings import *  # noqa: F403

ROOT_URLCONF = "bench.noop"
