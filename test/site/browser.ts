import { type Browser, type BrowserContext, chromium as engine, type Page } from 'playwright-core';
import { previewSite } from '../../src/site/preview.ts';

/** Debian's chromium, or the one that CHROMIUM names. */
export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

interface OpenedPage {
  readonly page: Page;
  /** Errors of the console, of scripts and of requests, and requests to any other host. */
  readonly problems: readonly string[];
  readonly requests: readonly string[];
}

/** A tab that goes from page to page. */
interface Visitor {
  readonly page: Page;
  /** Opens a page of the site; what it complained about. */
  visit(address: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface SiteBrowser {
  open(address: string, width: number): Promise<OpenedPage>;
  visitor(width: number): Promise<Visitor>;
  close(): Promise<void>;
}

/** Serves a built site and opens its pages, keeping account of everything that a page asks for or complains about. */
export async function openSite(folder: string): Promise<SiteBrowser> {
  const served = await previewSite({ folder, port: 0 });
  const browser = await engine.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  return {
    open: async (address, width) => {
      const opened = watch(await newPage(browser, width), served.url);
      await opened.page.goto(new URL(address.slice(1), served.url).href, { waitUntil: 'networkidle' });
      return opened;
    },
    visitor: async (width) => {
      const { page, problems } = watch(await newPage(browser, width), served.url);
      return {
        page,
        visit: async (address) => {
          problems.length = 0;
          await page.goto(new URL(address.slice(1), served.url).href, { waitUntil: 'load' });
          return [...problems];
        },
        close: () => page.context().close(),
      };
    },
    close: async () => {
      await browser.close();
      await served.close();
    },
  };
}

async function newPage(browser: Browser, width: number): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ viewport: { width, height: 900 } });
  return context.newPage();
}

function watch(page: Page, url: string): { page: Page; problems: string[]; requests: string[] } {
  const problems: string[] = [];
  const requests: string[] = [];
  const { host } = new URL(url);
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
  return { page, problems, requests };
}
