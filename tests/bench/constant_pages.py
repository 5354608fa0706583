"""The pages of the app, drawn from answers that were given once: what Streamlit itself takes.

Run: python tests/bench/constant_pages.py [options of `streamlit run`]

Whatever is asked, the first answer to a question is given again whatever is published since, so
that nothing is counted and nothing waited for where each was asked once before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from streamlit.web import cli

from app import data

KINDS: dict[str, Callable[..., Any]] = {
    "_answer": lambda query, scope, filters, options, *_: (query, scope, filters, options),
    "_named": lambda of, *_: of,
    "sources": lambda *_: None,
    "newest_snapshot": lambda: None,
}
"""What tells the questions of each function apart."""


def constant(ask: Callable[..., Any], kind: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def answer(*asked: Any) -> Any:
        key = kind(*asked)
        if key not in known:
            known[key] = ask(*asked)
        return known[key]

    return answer


for name, kind in KINDS.items():
    setattr(data, name, constant(getattr(data, name), kind))
cli.main(["run", str(Path(data.__file__).with_name("serve.py")), *sys.argv[1:]])
