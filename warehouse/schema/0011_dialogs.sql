-- Two sources may record the same session: it is counted once.
alter table legs add column dialog_id varchar;
comment on column legs.dialog_id is
    'Names the session alike in every source that recorded it; empty where unknown';
