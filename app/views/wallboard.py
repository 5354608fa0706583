"""Today on a screen on the wall: it refreshes itself, and has nothing to click."""

from __future__ import annotations

from app import wall
from app.data import current_view

view = current_view()
wall.dress()
wall.draw(view)
