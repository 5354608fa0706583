"""Environment variables by which the command line tells the pages what to show."""

from __future__ import annotations

from typing import Final

HOME_VARIABLE: Final = "TOLLBOOK_HOME"
COMPANY_VARIABLE: Final = "TOLLBOOK_COMPANY"
ACCESS_VARIABLE: Final = "TOLLBOOK_ACCESS"
"""Who is let in, as `app.access.rules` writes it; everybody on this machine where it is not set."""
OIDC_VARIABLE: Final = "TOLLBOOK_OIDC"
"""How the provider of sign-ins is asked, with its secrets, as JSON; taken out once it is read."""
SUPERVISED_VARIABLE: Final = "TOLLBOOK_SUPERVISED"
"""Set for processes that must not outlive the one that started them."""
WAYS_VARIABLE: Final = "TOLLBOOK_PAGES_WAYS"
"""JSON: the `sender` of mails, the address of `pages` to which they lead and the file of their
`logo`, where there is a mail server; the names of `webhooks`."""
