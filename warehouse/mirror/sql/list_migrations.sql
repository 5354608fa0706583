select number, sha256 from {schema}.migrations
