"""How fast the pages are with many calls stored and eight people clicking.

Run: python tests/bench/bench_pages.py [--calls N] [--people N] [--clicks N] [--folder D]

Each person opens the Overview, then narrows it to a department and takes that back, again and
again, with some seconds of thought, while new calls are published every ten seconds. One of them
has a window of a real Chromium and is measured: from the click until everything is drawn. The
others ask the server for the same over Streamlit's protocol, because their windows would be drawn
by processors of their own.
The same is done with the same pages drawn from constant data: what is left is Streamlit's own time
and the browser's, which shares this machine's processors with the server.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread

import psutil
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.arriving import Arrivals, make_home
from tests.bench.legs import LAST
from tests.bench.speaker import speaking
from tests.bench.stored import NOW, fill
from tests.browser import FLAGS, Browser
from warehouse.home import Home
from warehouse.master import Master
from warehouse.publish import publish

ROOT = Path(__file__).parents[2]
PERIOD = f"period=custom&days={LAST - timedelta(days=29)}&days={LAST}"
CONSTANT = ("tests/bench/constant_pages.py",)
REAL = ("-m", "streamlit", "run", "app/serve.py")
THOUGHT_S = 4
"""How long people look at a page on average before they click again."""
OPENED = 20
PUBLISHED_EVERY_S = 10
PATIENCE_S = 120
CLICKS_A_VISIT = 12
BADGES = "[class*=st-key-badge_] button"
MIB = 2**20


@dataclass
class Met:
    """Seconds that the one with a window waited, and the others; and the server's memory."""

    opened: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    """From the click of one of the others until the server has sent the last of the page."""
    peak_mib: float = 0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--calls", type=int, default=300_000)
    asked.add_argument("--people", type=int, default=8)
    asked.add_argument("--clicks", type=int, default=40, help="changes of filters, measured")
    asked.add_argument("--folder", type=Path, help="where there is room")
    options = asked.parse_args()
    place = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        home = Home(place / "home")
        make_home(home)
        with Master.open(home.warehouse) as master:
            fill(master, options.calls)
            publish(master, NOW)
            constant = used(home, CONSTANT, options, None)
            real = used(home, REAL, options, master)
    finally:
        shutil.rmtree(place)
    say(f"{options.calls:,} calls, {options.people} people, seconds (median, 95 %)")
    for name, found in (("constant data", constant), ("the app", real)):
        say(
            f"{name:14} first paint {told(found.opened)}   filter change {told(found.changed)}"
            f"   answer {told(found.answered)}   server {found.peak_mib:,.0f} MiB"
        )
    first = share(real.opened) / share(constant.opened)
    more = (share(real.changed) - share(constant.changed)) * 1e3
    say(f"first paint {first:.2f} x of the floor (goal 1.3), change {more:+.0f} ms (goal 200)")


def used(
    home: Home, program: tuple[str, ...], options: argparse.Namespace, master: Master | None
) -> Met:
    """What people meet with; where there is a master, new calls arrive meanwhile."""
    met = Met()
    with serving(home, program) as (url, process):
        warm(url)
        ended = Event()
        watches = [Thread(target=watch, args=(process.pid, met, ended))]
        if master:
            watches.append(Thread(target=arrive, args=(master, ended)))
        for thread in watches:
            thread.start()
        with ThreadPoolExecutor(options.people) as people:
            others = [
                people.submit(other, number, url, met, ended) for number in range(1, options.people)
            ]
            try:
                measured(url, options.clicks, met)
            finally:
                ended.set()
        for done in others:
            done.result()
        for thread in watches:
            thread.join()
    return met


@contextmanager
def serving(home: Home, program: tuple[str, ...]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, *program),
            *("--server.address=127.0.0.1", f"--server.port={port}"),
            *("--server.headless=true", "--server.fileWatcherType=none"),
        ],
        cwd=ROOT,
        env={**os.environ, "TOLLBOOK_HOME": str(home.path), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while not healthy(url):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{program} does not serve the pages")
            time.sleep(0.2)
        yield url, process
    finally:
        process.terminate()
        process.wait(30)


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def window() -> Iterator[Browser]:
    with tempfile.TemporaryDirectory(prefix="tollbook-bench-") as folder:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in (*FLAGS, f"--user-data-dir={folder}/profile"):
            options.add_argument(flag)
        with webdriver.Chrome(options, Service(shutil.which("chromedriver"))) as chrome:
            browser = Browser(chrome, Path(folder), PATIENCE_S)
            browser.look(1440, 1400, "light")
            yield browser


def warm(url: str) -> None:
    """One visit to all that is looked at later: libraries are loaded, constant answers known."""
    with speaking(url, PERIOD) as visit:
        visit.draw()
        for department in visit.offered:
            visit.chosen = [department]
            visit.draw()


def other(number: int, url: str, met: Met, ended: Event) -> None:
    """One of the people who are not measured: opens the page now and then, and clicks."""
    chance = random.Random(number)
    while not ended.is_set():
        with speaking(url, PERIOD) as visit:
            visit.draw()
            for _ in range(CLICKS_A_VISIT):
                visit.think(chance.expovariate(1 / THOUGHT_S))
                if ended.is_set():
                    return
                begun = time.monotonic()
                visit.click(chance)
                met.answered.append(time.monotonic() - begun)


def measured(url: str, clicks: int, met: Met) -> None:
    """The one with a window, who has been here before: the browser keeps the app's scripts."""
    chance = random.Random(0)
    with window() as browser:
        browser.open(f"{url}/?{PERIOD}")
        for _ in range(OPENED):
            time.sleep(chance.expovariate(1 / THOUGHT_S))
            begun = time.monotonic()
            browser.open(f"{url}/?{PERIOD}")
            met.opened.append(time.monotonic() - begun)
        for _ in range(clicks):
            time.sleep(chance.expovariate(1 / THOUGHT_S))
            met.changed.append(changed(browser, chance))


def changed(browser: Browser, chance: random.Random) -> float:
    """Seconds from a click that sets or takes off a filter until the page is drawn anew."""
    badges = len(browser.all(BADGES))
    if badges:
        begun = time.monotonic()
        browser.until(f"document.querySelector('{BADGES}').click(); return true")
    else:
        browser.one(".st-key-department input").click()
        browser.until("return document.querySelectorAll('[role=option]').length > 0")
        number = chance.randrange(len(browser.all("[role=option]")))
        begun = time.monotonic()
        browser.until(f"document.querySelectorAll('[role=option]')[{number}]?.click(); return true")
    browser.until(f"return document.querySelectorAll('{BADGES}').length !== {badges}")
    browser.settle()
    return time.monotonic() - begun


def arrive(master: Master, ended: Event) -> None:
    arrivals = Arrivals(master)
    while not ended.wait(PUBLISHED_EVERY_S):
        arrivals.next()


def watch(pid: int, met: Met, ended: Event) -> None:
    server = psutil.Process(pid)
    while not ended.wait(0.5):
        met.peak_mib = max(met.peak_mib, server.memory_info().rss / MIB)


def share(seconds: list[float]) -> float:
    """In how much time 95 of 100 were."""
    return quantiles(seconds, n=20, method="inclusive")[18]


def told(seconds: list[float]) -> str:
    return f"{median(seconds):.2f}, {share(seconds):.2f}"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
