/** Takes out what the framework adds to every page's head and body: its name, its accounts, its query viewers. */
const ownHead = {
  markup({ content, filename }) {
    if (!filename?.endsWith('+page.md')) return undefined;
    const code = content
      .replace('<title>Evidence</title>', '')
      .replace(/<meta name="twitter:[^>]*>/g, '')
      .replace(/\{#if \w+ ?\}\s*<QueryViewer[\s\S]*?\/>\s*\{\/if\}/g, '')
      .replace("import { QueryViewer } from '@evidence-dev/core-components'", '');
    return { code };
  },
};

// Evidence deletes `preprocess` from what it is given, and loads this file twice: an accessor survives that.
class Config {
  // Pages are drawn by render.mjs, from a bundle that does not know the data. Links are relative: the site works under any path.
  kit = { prerender: { entries: [] }, paths: { relative: true } };

  get preprocess() {
    return [ownHead];
  }
}

export default new Config();
