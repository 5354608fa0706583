"""The rated calls in a database of the company: SQL Server, or PostgreSQL.

A reader of published snapshots. It owns the schema that it writes there and nothing else.
"""
