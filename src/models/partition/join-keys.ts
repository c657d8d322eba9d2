import type { Column, JoinType } from '../lineage/resolved.ts';
import type { Keys } from './keys.ts';

/** The keys of the rows that a join of two tied relations makes. */
export function joinedKeys(type: JoinType, left: Keys, right: Keys): Keys {
  const loose = [...left.loose, ...right.loose];
  const pins = new Set([...left.pins, ...right.pins]);
  switch (type) {
    case 'inner':
      return { sets: [...left.sets, ...right.sets], loose: new Set(loose), pins };
    case 'left':
      return { sets: left.sets, loose: new Set([...loose, ...columnsOf(right)]), pins: left.pins };
    case 'right':
      return { sets: right.sets, loose: new Set([...loose, ...columnsOf(left)]), pins: right.pins };
    case 'full':
      return {
        sets: left.sets.flatMap((ours) => right.sets.map((theirs) => new Set([...ours, ...theirs]))),
        loose: new Set([...loose, ...columnsOf(left), ...columnsOf(right)]),
        pins: left.pins.size > 0 && right.pins.size > 0 ? pins : new Set(),
      };
    case 'semi':
    case 'anti':
      return left;
  }
}

function columnsOf(keys: Keys): readonly Column[] {
  return keys.sets.flatMap((set) => [...set]);
}
