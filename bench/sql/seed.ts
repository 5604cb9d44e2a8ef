import type pg from "pg";

export interface Size {
  readonly sweeps: number;
  /** Of each sweep. */
  readonly trials: number;
  readonly epochs: number;
}

/**
 * Sweeps `s1`, `s2`, … as they are when they have ended: K = 1 to 5, n = 2 or 8, four seeds, and as many λ as that
 * leaves; a direction for each generator, tested and judged; a verdict of one dimension. The same rows on every machine.
 */
export async function seed(pool: pg.Pool, { sweeps, trials, epochs }: Size): Promise<void> {
  await pool.query(`
    insert into datasets (sha256, title, samples, groups, dimension, input_blocks, output_blocks, labels, rank, second_moment)
    select repeat('a', 64), 'made up', 20000, 1000, 8, 1, 1, 0, 8,
           array(select ((i / 8 = i % 8)::int)::float8 / 8 from generate_series(0, 63) i);

    insert into sweeps (id, dataset_sha256, state, spec, spec_sha256, started_at, finished_at)
    select 's' || s, repeat('a', 64), 'complete', '{}', s::text, now() - interval '1 hour', now()
    from generate_series(1, ${sweeps}) s;

    insert into trials (sweep_id, number, configuration, basis_count, regularization, overlap_weight,
                        group_dimension, seed, planned_epochs, state, attempt, last_epoch, started_at, finished_at)
    select 's' || s, i, c, 1 + c % 5, 0.01 * (1 + c / 10), 1, case c / 5 % 2 when 0 then 2 else 8 end,
           1 + i % 4, ${epochs},
           (array['converged', 'converged', 'settled', 'collapsed']::trial_state[])[1 + i * 7919 % 4],
           1, ${epochs}, now() - interval '1 hour', now() - interval '50 minutes'
    from generate_series(1, ${sweeps}) s, generate_series(0, ${trials - 1}) i, lateral (select i / 4) as q (c);

    insert into attempts (trial_id, attempt, state, worker, engine, backend, versions, started_at, finished_at)
    select id, 1, 'complete', 'host:1', 'onnx', 'cpu', '1', started_at, finished_at from trials;

    insert into epochs (trial_id, epoch, attempt, recorded_at, generator_loss, discriminator_loss,
                        identity_penalty, overlap_penalty, largest_extent)
    select t.id, e, 1, t.started_at + e * interval '10 seconds', 0.7 + sin(t.id + e) / 10, 0.69 - cos(t.id) / e / 10,
           0.2, 0.1, 1 - 1.0 / e
    from generate_series(1, ${epochs}) e, trials t;

    insert into generators (trial_id, ordinal, epoch, attempt, dimension, entries)
    select t.id, k, ${epochs}, 1, t.group_dimension,
           array(select sin(t.id * 31 + k * 7 + i) from generate_series(1, t.group_dimension * t.group_dimension) i)
    from trials t, generate_series(0, t.basis_count - 1) k;

    insert into directions (sweep_id, number, origin, trial_id, rank, dimension, entries, extent, standing, score, reason, whitened)
    select t.sweep_id, row_number() over (partition by t.sweep_id order by t.number, k) - 1, 'trial', t.id, k,
           t.group_dimension, array(select sin(t.id * 31 + k * 7 + i) from generate_series(1, t.group_dimension * t.group_dimension) i),
           1.0 / (1 + k),
           (case when t.state = 'collapsed' then 'unfit' when k = 0 then 'accepted' else 'invalid' end)::standing,
           case when t.state <> 'collapsed' then abs(sin(t.id + k)) * (0.01 + k) / 5 end, 'made up',
           array(select sin(t.id * 31 + k * 7 + i) / sqrt(32) from generate_series(1, 64) i)
    from trials t, generate_series(0, t.basis_count - 1) k;

    insert into validity_tests (sweep_id, number, directions, displacement, sees, cross_entropy, tested_at)
    select sweep_id, number, array[number], 0.2, 'sample', ln(2) - score * 0.4, now()
    from directions where score is not null;

    insert into verdicts (sweep_id, number, status, name, dimension, group_dimension, basis_count, abelian, support, score, reason)
    select id, 1, 'found', 'so(2)', 1, 2, 1, true, 1, 0.01, 'made up' from sweeps;

    insert into verdict_generators (verdict_id, ordinal, dimension, entries, whitened)
    select id, 0, 2, '{0,1,-1,0}', array(select sin(i) / sqrt(32) from generate_series(1, 64) i) from verdicts`);
  await pool.query("vacuum analyze");
}
