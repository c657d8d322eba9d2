import type { JoinType } from '../lineage/resolved.ts';
import type { Keys } from './keys.ts';

/** The keys of the rows that a join of two tied relations makes. */
export function joinedKeys(type: JoinType, left: Keys, right: Keys): Keys {
  const loose = new Set([...left.loose, ...right.loose]);
  switch (type) {
    case 'inner':
      return { sets: [...left.sets, ...right.sets], loose };
    case 'left':
      return { sets: left.sets, loose: new Set([...loose, ...columnsOf(right)]) };
    case 'right':
      return { sets: right.sets, loose: new Set([...loose, ...columnsOf(left)]) };
    case 'full':
      return {
        sets: left.sets.flatMap((ours) => right.sets.map((theirs) => new Set([...ours, ...theirs]))),
        loose: new Set([...loose, ...columnsOf(left), ...columnsOf(right)]),
      };
    case 'semi':
    case 'anti':
      return left;
  }
}

function columnsOf(keys: Keys) {
  return keys.sets.flatMap((set) => [...set]);
}
