"""Pages as a link opens them, without a browser."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

MAIN = Path(__file__).parents[2] / "app" / "main.py"


def at(page: str, /, **query: str | list[str]) -> AppTest:
    """A page with what its link says, drawn without a fault."""
    app = AppTest.from_file(str(MAIN), default_timeout=60).switch_page(f"views/{page}.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """All texts of a page, whatever they are told in."""
    kinds = (app.title, app.subheader, app.markdown, app.caption)
    boxes = (app.info, app.success, app.warning, app.error)
    return "\n".join(text.value for found in (*kinds, *boxes) for text in found)
