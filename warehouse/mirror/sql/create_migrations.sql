create table {schema}.migrations (
    number int not null, -- Of the change of this schema
    name nvarchar(64) not null, -- What it brought
    sha256 nvarchar(64) not null, -- Hash of its text
    applied_at datetime2(3) not null, -- UTC
    constraint migrations_key primary key (number)
)
