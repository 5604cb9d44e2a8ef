-- A second discriminator, that of the conditional objective, has a loss of its own.
alter table epochs add column input_loss double precision;

comment on column epochs.generator_loss is 'Adversarial loss of the generators, without the penalties.';
comment on column epochs.input_loss is 'Loss of the discriminator that sees x alone; null but for the conditional objective.';

create or replace view learning_curves as
select t.sweep_id, t.number as trial_number, t.configuration, t.seed,
       e.epoch, e.recorded_at, m.metric, m.value
from epochs e
join trials t on t.id = e.trial_id
cross join lateral (values
  ('generator_loss', e.generator_loss),
  ('discriminator_loss', e.discriminator_loss),
  ('identity_penalty', e.identity_penalty),
  ('overlap_penalty', e.overlap_penalty),
  ('largest_extent', e.largest_extent),
  ('input_loss', e.input_loss)) as m (metric, value)
where m.value is not null;
