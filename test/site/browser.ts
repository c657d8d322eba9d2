import { type Browser, chromium as engine, type Page } from 'playwright-core';
import { previewSite } from '../../src/site/preview.ts';

/** Debian's chromium, or the one that CHROMIUM names. */
export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

interface OpenedPage {
  readonly page: Page;
  /** Errors of the console, of scripts and of requests, and requests to any other host. */
  readonly problems: readonly string[];
  readonly requests: readonly string[];
}

export interface SiteBrowser {
  open(address: string, width: number): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** Serves a built site and opens its pages, keeping account of everything that a page asks for or complains about. */
export async function openSite(folder: string): Promise<SiteBrowser> {
  const served = await previewSite({ folder, port: 0 });
  const browser = await engine.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  return {
    open: (address, width) => openPage(browser, new URL(address, served.url).href, width),
    close: async () => {
      await browser.close();
      await served.close();
    },
  };
}

async function openPage(browser: Browser, url: string, width: number): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const problems: string[] = [];
  const requests: string[] = [];
  const host = new URL(url).host;
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    requests.push(request.url());
    const asked = new URL(request.url());
    if (asked.host !== host && !['data:', 'blob:'].includes(asked.protocol)) problems.push(`asked ${request.url()}`);
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  return { page, problems, requests };
}
