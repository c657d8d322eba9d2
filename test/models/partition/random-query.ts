/** A source of choices: one of several, each as likely as the others. */
export type Pick = <Value>(values: readonly Value[]) => Value;

/** A query with the columns that it makes: texts (keys among them) and whole numbers. */
interface Made {
  readonly sql: string;
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
}

/** a and b are cut by k, c by key; w is not cut. All have the text t and the number x; id tells rows of a table apart. */
export const tables = {
  a: { texts: ['k', 't'], numbers: ['x', 'id'] },
  b: { texts: ['k', 't'], numbers: ['x', 'id'] },
  c: { texts: ['key', 't'], numbers: ['x', 'id'] },
  w: { texts: ['k', 't'], numbers: ['x', 'id'] },
} as const;

/** A query of at most `depth` constructs inside each other, whose first text column is called k. */
export function randomQuery(pick: Pick, depth: number): string {
  const made = query(pick, depth);
  const key = pick([made.texts[0], made.texts[0], made.texts[0], ...made.texts]);
  const others = [...made.texts, ...made.numbers].filter((column) => column !== key);
  return `select ${[`${key} as k`, ...others.map((column) => `${column} as ${column === 'k' ? 'k0' : column}`)].join(', ')} from (${made.sql}) as made`;
}

function query(pick: Pick, depth: number): Made {
  if (depth === 0) return base(pick);
  return pick(constructs)(pick, depth);
}

function base(pick: Pick): Made {
  const name = pick(['a', 'a', 'a', 'b', 'b', 'b', 'c', 'w'] as const);
  return { sql: `select * from ${name}`, ...tables[name] };
}

const columnsOf = (made: Made) => [...made.texts, ...made.numbers];
const numberOf = (pick: Pick, made: Made) => pick(made.numbers);
/** Mostly the key, which comes first. */
const textOf = (pick: Pick, made: Made) => pick([...Array<string>(6).fill(made.texts[0] ?? ''), ...made.texts]);
const some = (pick: Pick, columns: readonly string[]) => columns.filter(() => pick([true, true, false]));
const sure = (columns: readonly string[], made: Made) => (columns.length === 0 ? made.texts.slice(0, 1) : columns);

const where = (pick: Pick, depth: number): Made => {
  const made = query(pick, depth - 1);
  return { ...made, sql: `select * from (${made.sql}) as r where ${condition(pick, made, depth)}` };
};

function condition(pick: Pick, made: Made, depth: number): string {
  const simple = `r.${numberOf(pick, made)} > ${pick([0, 1, 2])}`;
  if (depth < 2) return simple;
  const inner = query(pick, depth - 2);
  const [ours, theirs] = [`r.${textOf(pick, made)}`, `s.${textOf(pick, inner)}`];
  const [number, other] = [`r.${numberOf(pick, made)}`, `s.${numberOf(pick, inner)}`];
  const tied = pick([
    `${theirs} = ${ours}`,
    `${theirs} = ${ours}`,
    `${theirs} is not distinct from ${ours}`,
    `${other} = ${number}`,
  ]);
  const limit = pick(['', '', ' limit 1']);
  return pick([
    simple,
    `exists (select 1 from (${inner.sql}) as s where ${tied}${limit})`,
    `not exists (select 1 from (${inner.sql}) as s where ${tied})`,
    `${ours} in (select ${theirs} from (${inner.sql}) as s)`,
    `(${simple} or ${ours} in (select ${theirs} from (${inner.sql}) as s))`,
    `${ours} not in (select ${theirs} from (${inner.sql}) as s)`,
    `${number} in (select ${other} from (${inner.sql}) as s where ${tied})`,
    `${number} = (select max(${other}) from (${inner.sql}) as s where ${tied})`,
    `${number} < (select count(*) from (${inner.sql}) as s)`,
    `${number} >= all (select ${other} from (${inner.sql}) as s where ${tied})`,
  ]);
}

const project = (pick: Pick, depth: number): Made => {
  const made = query(pick, depth - 1);
  const [first = '', ...rest] = made.texts;
  const key = pick([first, first, `coalesce(${first}, 'p')`, `upper(${first})`, `nullif(${first}, 'p')`]);
  const kept = some(pick, rest);
  const number = numberOf(pick, made);
  return {
    sql: `select ${[`${key} as k1`, ...kept, `${number} + 1 as n1`, `${number} as n2`].join(', ')} from (${made.sql}) as r`,
    texts: ['k1', ...kept],
    numbers: ['n1', 'n2'],
  };
};

const group = (pick: Pick, depth: number): Made => {
  const made = query(pick, depth - 1);
  const [first = '', ...rest] = columnsOf(made);
  const columns = sure([...pick([[first], [first], []]), ...some(pick, rest)], made);
  const texts = made.texts.filter((column) => columns.includes(column));
  const number = numberOf(pick, made);
  const by = pick([
    columns.join(', '),
    columns.join(', '),
    'all',
    `rollup (${columns.join(', ')})`,
    `grouping sets ((${columns.join(', ')}), (${columns[0]}))`,
  ]);
  const having = pick(['', '', ' having count(*) > 1']);
  const sum = pick([
    `sum(${number})`,
    `max(${number}) filter (where ${number} > 0)`,
    `count(distinct ${number})`,
    `sum(count(*)) over (partition by ${pick(columns)})`,
  ]);
  return {
    sql: `select ${[...columns, `count(*) as c1`, `${sum} as s1`].join(', ')} from (${made.sql}) as r group by ${by}${having}`,
    texts: texts.length === 0 ? columns.slice(0, 1) : texts,
    numbers: ['c1', 's1', ...made.numbers.filter((column) => columns.includes(column))],
  };
};

const total = (pick: Pick, depth: number): Made => {
  const made = query(pick, depth - 1);
  return {
    sql: `select max(${textOf(pick, made)}) as k2, count(*) as c2 from (${made.sql}) as r`,
    texts: ['k2'],
    numbers: ['c2'],
  };
};

const window = (pick: Pick, depth: number): Made => {
  const made = query(pick, depth - 1);
  const [first = '', ...rest] = columnsOf(made);
  const partition = [...pick([[first], [first], []]), ...some(pick, rest)];
  const over = `(${partition.length === 0 ? '' : `partition by ${partition.join(', ')} `}order by ${columnsOf(made).join(', ')})`;
  const number = numberOf(pick, made);
  const call = pick(['row_number()', `lag(${number})`, `sum(${number})`, 'dense_rank()']);
  if (pick([true, false])) {
    return { ...made, sql: `select * from (${made.sql}) as r qualify row_number() over ${over} <= ${pick([1, 2])}` };
  }
  return {
    ...made,
    sql: `select *, ${call} over ${over} as o1 from (${made.sql}) as r`,
    numbers: [...new Set([...made.numbers, 'o1'])].filter((name) => name !== 'o1' || !made.numbers.includes('o1')),
  };
};

const cut = (pick: Pick, depth: number): Made => {
  const made = query(pick, depth - 1);
  const all = columnsOf(made).join(', ');
  const columns = sure(some(pick, columnsOf(made)), made);
  const texts = made.texts.filter((column) => columns.includes(column));
  return pick([
    { ...made, sql: `select distinct * from (${made.sql}) as r` },
    ...(texts.length === 0
      ? []
      : [
          {
            sql: `select distinct ${columns.join(', ')}, 1 as one from (${made.sql}) as r`,
            texts,
            numbers: ['one'],
          },
        ]),
    { ...made, sql: `select distinct on (${columns.join(', ')}) * from (${made.sql}) as r order by ${all}` },
    { ...made, sql: `select * from (${made.sql}) as r order by ${all} limit ${pick([1, 3])}` },
    { ...made, sql: `select * from (${made.sql}) as r order by ${all}` },
  ]);
};

/** An ASOF join matches nothing to null only while its tables are small (DuckDB 1.5.6): there is no null here. */
const join = (pick: Pick, depth: number): Made => {
  const [left, right] = [query(pick, depth - 1), query(pick, depth - pick([1, 2]) > 0 ? depth - 2 : 0)];
  const [ours, theirs] = [`l.${textOf(pick, left)}`, `r.${textOf(pick, right)}`];
  const [number, other] = [`l.${numberOf(pick, left)}`, `r.${numberOf(pick, right)}`];
  const equal = pick([
    `${ours} = ${theirs}`,
    `${theirs} = ${ours}`,
    `${ours} is not distinct from ${theirs}`,
    `${number} = ${other}`,
  ]);
  const on = pick([equal, equal, `${equal} and ${number} >= ${other}`, `${equal} or ${number} > ${other}`]);
  const kind = pick([
    'inner',
    'inner',
    'left',
    'left',
    'right',
    'full',
    'semi',
    'anti',
    'cross',
    'asof',
    'asof left',
    'positional',
  ] as const);
  const from = (text: string) => `(${left.sql}) as l ${text}`;
  const source = `(${right.sql}) as r`;
  if (kind === 'semi' || kind === 'anti') {
    return {
      sql: `select l.* from ${from(`${kind} join ${source} on ${on}`)}`,
      texts: left.texts,
      numbers: left.numbers,
    };
  }
  const joined =
    kind === 'cross'
      ? `${from(`, ${source}`)} where ${on}`
      : kind === 'positional'
        ? from(`positional join ${source}`)
        : kind === 'asof' || kind === 'asof left'
          ? from(
              `${kind} join (select distinct on (${other.slice(2)}, ${theirs.slice(2)}) * from ${source} order by ${columnsOf(right).join(', ')}) as r on ${ours} = ${theirs} and coalesce(${number}, -1) >= coalesce(${other}, 9)`,
            )
          : from(`${kind} join ${source} on ${on}`);
  const key = pick([ours, ours, theirs, `coalesce(${ours}, ${theirs})`]);
  return {
    sql: `select ${key} as k3, ${ours} as t3, ${theirs} as t4, ${number} as n3, ${other} as n4 from ${joined}`,
    texts: ['k3', 't3', 't4'],
    numbers: ['n3', 'n4'],
  };
};

const using = (pick: Pick, depth: number): Made => {
  const named = (made: Made) =>
    `select ${textOf(pick, made)} as u, ${numberOf(pick, made)} as n from (${made.sql}) as r`;
  const [left, right] = [named(query(pick, depth - 1)), named(query(pick, 0))];
  const kind = pick(['join', 'left join', 'right join', 'full join']);
  const third = pick(['', '', ` ${kind} (${named(query(pick, 0))}) as m using (u)`]);
  return {
    sql: `select u as k5, l.u as t5, r.u as t6, l.n as n5, r.n as n6 from (${left}) as l ${kind} (${right}) as r using (u)${third}`,
    texts: ['k5', 't5', 't6'],
    numbers: ['n5', 'n6'],
  };
};

const set = (pick: Pick, depth: number): Made => {
  const two = (made: Made) =>
    `select ${textOf(pick, made)} as k6, ${numberOf(pick, made)} as n7 from (${made.sql}) as r`;
  const [left, right] = [two(query(pick, depth - 1)), two(query(pick, depth - pick([1, 2]) > 0 ? depth - 2 : 0))];
  const operation = pick(['union all', 'union', 'union all by name', 'except', 'except all', 'intersect', 'union all']);
  return { sql: `(${left}) ${operation} (${right})`, texts: ['k6'], numbers: ['n7'] };
};

const lateral = (pick: Pick, depth: number): Made => {
  const [left, right] = [query(pick, depth - 1), query(pick, 0)];
  const tied = pick([
    `s.${textOf(pick, right)} = l.${textOf(pick, left)}`,
    `s.${textOf(pick, right)} = l.${textOf(pick, left)}`,
    `s.${numberOf(pick, right)} = l.${numberOf(pick, left)}`,
  ]);
  const number = numberOf(pick, right);
  const inner = pick([
    `select max(s.${number}) as m8 from (${right.sql}) as s where ${tied}`,
    `select s.${number} as m8 from (${right.sql}) as s where ${tied} order by s.${number} limit 1`,
    `select s.${number} as m8 from (${right.sql}) as s where ${tied}`,
    `select count(*) as m8 from (${right.sql}) as s left join (select * from a where a.k = l.${textOf(pick, left)}) as v on s.${textOf(pick, right)} = v.k${pick(['', ` cross join (select * from b where b.k = l.${textOf(pick, left)}) as y`])}`,
    `select i as m8 from range(l.${numberOf(pick, left)} % 3) as made(i)`,
    `select unnest([l.${numberOf(pick, left)}, 1]) as m8`,
  ]);
  const joined = pick([`, lateral (${inner}) as q`, ` left join lateral (${inner}) as q on true`]);
  const texts = left.texts.map((column) => `l.${column}`).join(', ');
  return {
    sql: `select ${texts}, l.${left.numbers[0]} as n8, q.m8 from (${left.sql}) as l${joined}`,
    texts: left.texts,
    numbers: ['n8', 'm8'],
  };
};

const scalar = (pick: Pick, depth: number): Made => {
  const [made, inner] = [query(pick, depth - 1), query(pick, 0)];
  const [ours, theirs] = [`r.${textOf(pick, made)}`, `s.${textOf(pick, inner)}`];
  const number = numberOf(pick, inner);
  const value = pick([
    `(select max(s.${number}) from (${inner.sql}) as s where ${theirs} = ${ours})`,
    `(select count(*) from (${inner.sql}) as s where ${theirs} = ${ours} and s.${number} > 0)`,
    `(select count(*) from (${inner.sql}) as s)`,
    `exists (select 1 from (${inner.sql}) as s where ${theirs} = ${ours})::integer`,
    `(${ours} in (select ${theirs} from (${inner.sql}) as s))::integer`,
    `case when ${ours} in (select ${theirs} from (${inner.sql}) as s) is null then 1 else 0 end`,
  ]);
  return {
    sql: `select ${made.texts.map((column) => `r.${column}`).join(', ')}, ${value} as v9, r.${made.numbers[0]} as n9 from (${made.sql}) as r`,
    texts: made.texts,
    numbers: ['v9', 'n9'],
  };
};

const common = (pick: Pick, depth: number): Made => {
  const made = query(pick, depth - 1);
  const [one, other] = [textOf(pick, made), textOf(pick, made)];
  const [number, second] = [numberOf(pick, made), numberOf(pick, made)];
  const on = pick([`l.${one} = r.${other}`, `l.${one} = r.${one}`, `l.${number} = r.${second}`]);
  return {
    sql: `with shared as (${made.sql}) select l.${one} as k10, l.${number} + coalesce(r.${second}, 0) as n10 from shared as l ${pick(['inner', 'left'])} join shared as r on ${on}`,
    texts: ['k10'],
    numbers: ['n10'],
  };
};

const recursive = (pick: Pick, depth: number): Made => {
  const [first, step] = [query(pick, depth - 1), query(pick, 0)];
  const [ours, theirs] = [textOf(pick, first), textOf(pick, step)];
  const number = numberOf(pick, step);
  const on = pick([`t.k11 = s.${theirs}`, `t.k11 = s.${theirs}`, `t.n11 = s.${number}`]);
  const key = pick(['t.k11', 't.k11', `s.${theirs}`]);
  return {
    sql: `with recursive t as (select ${ours} as k11, ${numberOf(pick, first)} as n11, 0 as round from (${first.sql}) as r union ${pick(['all ', ''])}select ${key}, s.${number}, t.round + 1 from t inner join (${step.sql}) as s on ${on} where t.round < 2) select * from t`,
    texts: ['k11'],
    numbers: ['n11', 'round'],
  };
};

const turn = (pick: Pick, depth: number): Made => {
  const made = query(pick, depth - 1);
  const [first = '', second = first] = made.numbers;
  return {
    sql: `from (select ${made.texts.join(', ')}, ${first}::bigint as i1, ${second}::bigint as i2 from (${made.sql}) as r) unpivot (v12 for name in (i1, i2))`,
    texts: [...made.texts],
    numbers: ['v12'],
  };
};

/** Two to four tables joined one after another, then chosen from or grouped: where most rules can be broken a little. */
const chain = (pick: Pick): Made => {
  const names = Array.from({ length: pick([2, 3, 3, 4]) }, () => pick(['a', 'b', 'c', 'a', 'b', 'w'] as const));
  const key = (place: number) => `j${place}.${tables[names[place] ?? 'a'].texts[0]}`;
  const [first = 'a', ...others] = names;
  const inSight = [0];
  let from = `${first} as j0`;
  for (const [index, name] of others.entries()) {
    const [place, before] = [index + 1, pick(inSight)];
    const equal = pick([`${key(place)} = ${key(before)}`, `${key(before)} = ${key(place)}`]);
    const tie = pick([
      equal,
      equal,
      equal,
      equal,
      `${key(place)} is not distinct from ${key(before)}`,
      `j${place}.x = j${before}.x`,
    ]);
    const on = pick([tie, tie, tie, `${tie} and j${place}.x > 0`, `${tie} or j${place}.x = 3`]);
    const kind = pick([
      'inner',
      'left',
      'left',
      'left',
      'right',
      'full',
      'semi',
      'anti',
      'asof',
      'asof left',
      'comma',
    ] as const);
    if (kind === 'comma') from = `(${from} cross join ${name} as j${place})`;
    else if (kind.startsWith('asof'))
      from += ` ${kind} join ${name} as j${place} on ${tie} and coalesce(j${before}.id, -1) >= j${place}.id`;
    else from += ` ${kind} join ${name} as j${place} on ${on}`;
    if (kind !== 'semi' && kind !== 'anti') inSight.push(place);
  }
  const [one, other, third] = [key(pick(inSight)), key(pick(inSight)), key(pick(inSight))];
  const made = pick([one, one, one, `coalesce(${one}, ${other})`, `coalesce(${one}, ${other}, ${third})`]);
  const where = pick([
    '',
    '',
    ` where ${one} = ${other}`,
    ` where ${one} is not distinct from ${other}`,
    ` where ${one} = ${other} and ${third} = ${other}`,
  ]);
  const numbers = [`j${pick(inSight)}.x`, `j${pick(inSight)}.id`];
  const plain = `select ${made} as k13, ${third} as t13, ${numbers[0]} as n13, ${numbers[1]} as n14 from ${from}${where}`;
  const by = pick([
    `${made}, ${third}`,
    `grouping sets ((${one}, ${third}), (${one}))`,
    `grouping sets ((${one}), (${third}))`,
    `rollup (${one}, ${third})`,
  ]);
  const shown = by.startsWith('grouping') || by.startsWith('rollup') ? one : made;
  const grouped = `select ${shown} as k13, ${third} as t13, count(*) as n13, max(${numbers[0]}) as n14 from ${from}${where} group by ${by}`;
  return { sql: pick([plain, plain, grouped]), texts: ['k13', 't13'], numbers: ['n13', 'n14'] };
};

const constructs: readonly ((pick: Pick, depth: number) => Made)[] = [
  where,
  where,
  project,
  group,
  group,
  total,
  window,
  window,
  cut,
  join,
  join,
  join,
  using,
  set,
  lateral,
  scalar,
  common,
  recursive,
  turn,
  chain,
  chain,
  chain,
  chain,
];
