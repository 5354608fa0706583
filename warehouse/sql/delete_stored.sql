delete from legs using stored
where legs.day = stored.day and legs.source = stored.source and legs.leg_id = stored.leg_id
