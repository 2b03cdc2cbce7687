"""Measurements: the application against what the same PostgreSQL can do at all, in one run.

    python3 dev.py bench            everything, about five minutes
    python3 dev.py bench --quick    a smoke test
    python3 dev.py bench --profile  where the time goes when an order is placed over HTTP
    python3 dev.py bench --help     what can be chosen

Absolute figures say little on a shared machine, so every figure is also given as a ratio of two
measurements that were taken in turn, a second each, under the same disturbances (docs of the bars in
`bench.bars`).
"""
