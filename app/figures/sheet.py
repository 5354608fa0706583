"""What a page shows, as a document: the rows that are seen are the rows of its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app import data
from app.data import View
from app.reports.document import About, Document, Part
from app.reports.report import in_words


def sheet(
    view: View,
    name: str,
    title: str,
    purpose: str,
    parts: tuple[Part, ...],
    chosen: Mapping[str, Any] | None = None,
) -> Document:
    """A document of these parts about what the reader looks at.

    `chosen` is what the page asks beside the filters, by name; it is written into the file too.
    """
    return Document(
        name=name,
        title=title,
        purpose=purpose,
        parts=parts,
        about=About(
            company=data.company(),
            first=view.filters.first,
            last=view.filters.last,
            made_at=data.now(),
            published_at=view.snapshot.manifest.published_at,
            version=str(view.snapshot.version),
            filters=in_words(view.filters, chosen or {}),
            mask_digits=view.scope.mask_digits,
        ),
    )
