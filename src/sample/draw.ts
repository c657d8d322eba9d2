/**
 * Randomness that depends only on the seed, a row's key and the name of what is drawn: the same for any number of
 * threads and any order of rows. The outer hash mixes what the inner one merely combines. Distributions are read from
 * quantiles, because `ln` and `exp` differ in the last bit from one machine to another.
 *
 * `draw` is in [0, 1); `draw_whole` is a whole number from low to high; `spread` turns a draw into a factor that is
 * log-normal with median 1 and sigma 1, and its square root has sigma 0.5.
 */
export const drawMacros = /* sql */ `
create macro draw(key, purpose) as
    (hash(hash(getvariable('seed'), key::bigint, purpose)) >> 11)::double / 9007199254740992;

create macro draw_whole(key, purpose, low, high) as
    low + floor(draw(key, purpose) * (high - low + 1))::bigint;

create macro quantiles() as
    [0.05, 0.19, 0.28, 0.35, 0.43, 0.51, 0.59, 0.68, 0.78, 0.88, 1.0,
    1.13, 1.29, 1.47, 1.69, 1.96, 2.32, 2.82, 3.6, 5.18, 13.0]::double[];

create macro spread(uniform) as
    quantiles()[floor(uniform * 20)::integer + 1]
    + (uniform * 20 - floor(uniform * 20))
    * (quantiles()[floor(uniform * 20)::integer + 2] - quantiles()[floor(uniform * 20)::integer + 1]);

create macro seconds(instant) as
    epoch_us(instant) // 1000000;

create macro lead_name(lead_no) as
    'L-' || lpad(lead_no::text, getvariable('id_width'), '0');
`;
