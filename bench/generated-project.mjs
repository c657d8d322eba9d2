import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';

const factsScript = fileURLToPath(new URL('facts.mjs', import.meta.url));

/**
 * A project of made-up models in layers: each of the first layer reads the facts, each other one two of the layer
 * before it, so that a change spreads. Some SQL of an ordinary shape and size, a .yml with grain and columns beside it.
 * @param {string} folder
 * @param {{ layers: number, width: number, rows: number }} size rows of the facts
 */
export async function generatedProject(folder, { layers, width, rows }) {
  write(
    join(folder, 'handover.yml'),
    'name: generated\nsources: { facts: { kind: table, files: facts.parquet, recorded_at: happened_at } }\n',
  );
  await makeFacts(join(folder, 'facts.parquet'), rows);
  for (let layer = 0; layer < layers; layer++) {
    for (let place = 0; place < width; place++) writeModel(folder, { layer, place, width });
  }
  return folder;
}

/** Made-up facts as Parquet, the same for the same number. */
export async function makeFacts(file, rows) {
  await measure([factsScript, file, String(rows)]);
}

export function modelName(layer, place) {
  return `layer_${String(layer).padStart(2, '0')}_model_${String(place).padStart(2, '0')}`;
}

/** Where it stands; `factor` is what a change changes. */
export function writeModel(folder, { layer, place, width, factor = 1 }) {
  const name = modelName(layer, place);
  const inputs =
    layer === 0 ? ['raw.facts', 'raw.facts'] : [place, (place + 1) % width].map((input) => modelName(layer - 1, input));
  write(join(folder, 'models', 'intermediate', `${name}.sql`), modelSql(inputs, layer * 100 + place, factor));
  write(join(folder, 'models', 'intermediate', `${name}.yml`), yml(name));
}

/** SQL of an ordinary shape and size on two inputs; `salt` makes it unlike the others. */
export function modelSql([left, right], salt, factor) {
  return `with own as (
    select
        fact_id,
        account_id,
        happened_at,
        value
    from ${left}
),

other as (
    select
        account_id,
        count(*) as facts,
        sum(value) as total
    from ${right}
    where value % 7 <> ${salt % 7}
    group by account_id
),

final as (
    select
        own.fact_id,
        own.account_id,
        own.happened_at,
        (own.value * ${factor} + coalesce(other.total, 0)::bigint + ${salt}) % 1000 as value,
        coalesce(other.facts, 0) as other_facts,
        row_number() over (partition by own.account_id order by own.happened_at, own.fact_id) as place
    from own
    left join other using (account_id)
)

select * from final
`;
}

function yml(name) {
  return `name: ${name}
description: One row per fact.
grain: [fact_id]
columns:
  fact_id: { description: The fact., type: bigint, not_null: true }
  account_id: { description: Whose it is., type: bigint, not_null: true }
  happened_at: { description: When it happened., type: timestamptz }
  value: { description: 0 to 999., type: bigint }
  other_facts: { description: Facts of the same account in the other model., type: bigint }
  place: { description: Its place among those of the account., type: bigint }
`;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
