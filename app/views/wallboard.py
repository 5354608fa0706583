"""Today on a screen on the wall: it refreshes itself, and has nothing to click."""

from __future__ import annotations

from app.data import current_view
from app.figures import wall

view = current_view()
wall.dress()
wall.draw(view)
