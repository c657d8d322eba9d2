import { clockSuite } from './clock-suite.mjs';
import { dailySuite } from './daily-suite.mjs';
import { diffSuite } from './diff-suite.mjs';
import { loadSuite } from './load.mjs';
import { metricsSuite } from './metrics-suite.mjs';
import { peersSuite } from './peers/suite.mjs';
import { querySuite } from './query-suite.mjs';
import { runSuite } from './run-suite.mjs';
import { scaleSuite } from './scale-suite.mjs';
import { siteSuite } from './site-suite.mjs';
import { startSuite } from './start-suite.mjs';

/** In the order in which `pnpm bench all` runs them: what shares a build follows one another, what changes it comes last. */
export const suites = {
  start: startSuite,
  load: loadSuite,
  run: runSuite,
  scale: scaleSuite,
  metrics: metricsSuite,
  query: querySuite,
  peers: peersSuite,
  daily: dailySuite,
  clock: clockSuite,
  diff: diffSuite,
  site: siteSuite,
};
