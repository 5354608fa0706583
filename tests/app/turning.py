"""Pages turned to, with their own choices made."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest


def turned(app: AppTest, page: str, /, **choices: Any) -> AppTest:
    """The page after somebody came from the one that is shown and chose these, by their keys."""
    app.switch_page(f"views/{page}.py")
    for key, value in choices.items():
        app.session_state[key] = value
    return app.run()
