-- Who pays may be said by the company's own rules: whom the source named is kept, so that other rules can
-- be applied later.
alter table legs add column named_payer varchar;
comment on column legs.named_payer is
    'Whom the source names in place of charged_user; an empty text where it names nobody';
