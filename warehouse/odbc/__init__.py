"""Database servers through ODBC: drivers, connection strings and what refusals mean."""
