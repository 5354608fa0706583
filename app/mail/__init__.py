"""Mails: made, and handed to a server."""
