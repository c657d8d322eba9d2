import { condition } from '$lib/condition.js';

// The filters of this page work in the browser.
export const csr = true;

/** What the filters have chosen before anybody touched them, so that the page is drawn with its rows. */
export async function load({ parent }) {
  const { about, inputs } = await parent();
  const chosen = { week: about.week ?? '', team: '', kind: '' };
  for (const [name, value] of Object.entries(chosen)) {
    const sql = condition(name, value);
    inputs[name] = { chosen: value, toString: () => sql };
  }
  return {};
}
