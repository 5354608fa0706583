"""What Streamlit serves: the pages, with the provider of sign-ins where there is one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app.access.links import KeepsLink
from app.environment import OIDC_VARIABLE
from app.frame.first_page import FirstPage
from app.frame.pages import FIRST

# No process that this one starts is to know the secrets.
oidc = json.loads(os.environ.pop(OIDC_VARIABLE, "{}"))

app = st.App(
    Path(__file__).with_name("main.py"),
    secrets={"auth": oidc["auth"]} if oidc else None,
    middleware=[
        Middleware(FirstPage, name=FIRST),
        *([Middleware(KeepsLink, url=oidc["url"])] if oidc else []),
    ],
)
