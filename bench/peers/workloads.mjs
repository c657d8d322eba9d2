import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelName, modelSql } from '../generated-project.mjs';

const modelsFolder = fileURLToPath(new URL('models', import.meta.url));

/**
 * What all tools run: plain selects that name what they read as {{name}}, `raw_log` the file. `last` is what people read
 * (Handover publishes it into a file of its own), `changed` the model that is changed and to what.
 * @typedef {object} Workload
 * @property {string} name
 * @property {readonly { name: string, sql: string, kind: 'table' | 'view' }[]} models
 * @property {{ name: string, sql: string }} changed
 * @property {string} last
 * @property {string} recordedAt the column of the file that says when a row was recorded
 */

/** Five models of events: one view and four tables. Two read the changed one, one of them through the other. @returns {Workload} */
export function fiveModels() {
  const models = readdirSync(modelsFolder).map((file) => {
    const name = basename(file, '.sql');
    const kind = name.startsWith('stg_') ? 'view' : 'table';
    return { name, kind, sql: readFileSync(join(modelsFolder, file), 'utf8') };
  });
  const { name, sql } = models.find((model) => model.name === 'lead_stages');
  const changed = { name, sql: sql.replace("(stage = 'won')", "(stage = 'won' and 1 > 0)") };
  if (changed.sql === sql) throw new Error(`${name} has nothing to change`);
  return { name: 'five', models, changed, last: 'weekly_responses', recordedAt: 'recorded_at' };
}

const layers = 10;
const width = 50;

/** 500 made-up tables in ten layers. Two read the changed one. @returns {Workload} */
export function manyModels() {
  const places = Array.from({ length: layers * width }, (_, index) => [Math.floor(index / width), index % width]);
  const models = places.map(([layer, place]) => ({
    name: modelName(layer, place),
    kind: 'table',
    sql: madeUp(layer, place, 1),
  }));
  const changed = { name: modelName(layers - 2, 0), sql: madeUp(layers - 2, 0, 2) };
  return { name: 'many', models, changed, last: modelName(layers - 1, 0), recordedAt: 'happened_at' };
}

function madeUp(layer, place, factor) {
  const inputs =
    layer === 0 ? ['raw_log', 'raw_log'] : [0, 1].map((next) => modelName(layer - 1, (place + next) % width));
  return modelSql(
    inputs.map((name) => `{{${name}}}`),
    layer * 100 + place,
    factor,
  );
}
