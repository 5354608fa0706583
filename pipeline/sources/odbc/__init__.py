"""Databases that are reached through ODBC, whatever they hold."""
