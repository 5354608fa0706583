"""How long rating takes, and how that compares with only reading and writing the same calls.

Run: python tests/bench/bench_rating.py [--calls N] [--chunk N]

Made are price lists of 60,000 prefixes × 3 tariffs × 2 bands and calls of a month in which the
clock changes. What counts is CPU time per call, of all threads together; shown is the least of a
few rounds, in which every measure takes its turn.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.rating import TariffSettings, Tariffs, compile_tariffs, parse_tariffs, rate
from pipeline.rating.store import from_bytes, to_bytes
from tests.bench import postgres_prefix
from tests.bench.deck import PREFIXES, SETTINGS, TARIFFS, calls_of, price_table, prefixes_of
from tests.bench.raw_numbers import as_dialled, normalised

MOST_US, MOST_FLOORS, MOST_RAW_US, LEAST_POSTGRES = 0.5, 3.5, 0.75, 30
