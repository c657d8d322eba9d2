import * as z from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { localDate } from './agreement-parts-schema.ts';
import type { Place, YamlPath } from './yaml-file.ts';

/** `site:` of handover.yml: what the review site shows, and where it lies. */
export interface SiteSettings {
  /** `none`: no page and no file of the site names a lead. */
  readonly leadDetail: 'full' | 'none';
  /** Name of the source → address of a lead's record with `{lead_id}` in it; the key `*` stands for every source without its own. */
  readonly recordUrls: ReadonlyMap<string, string>;
  /** The day from which people may be shown figures of their own; undefined: there are none. */
  readonly peopleNoticeDate?: string;
  /** Where the site is served, without a slash at the end: for links in the digest. */
  readonly url?: string;
  /** A draft of the next agreement, relative to the project's root: the quarterly review shows what it would have changed. */
  readonly draft?: string;
}

/** Whether it may stand in a link: http or https, and nothing that ends what it stands in. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s"'<>\\/?#][^\s"'<>\\]*$/.test(text);
}

const webAddress = z.string().refine(isWebAddress, 'not an address that begins with https:// or http://');
const recordUrl = z.string().refine((text) => isWebAddress(text) && text.includes('{lead_id}'), {
  message: 'not an address that begins with https:// or http://, with {lead_id} where the id belongs',
});

/** The key that stands for every source without its own. */
const anyCrm = '*';

export const siteSettingsSchema = z.strictObject({
  lead_detail: z
    .enum(['full', 'none'])
    .default('full')
    .describe('"full": breaches and open leads name the lead by its id in the CRM. "none": no file of the site does.'),
  record_url: z
    .union([recordUrl, z.record(z.string(), recordUrl)])
    .optional()
    .describe(
      "Address of a lead's record in the CRM, with {lead_id} where its id belongs; with several CRMs one for each, by the name of its source, and * for the others.",
    ),
  people_notice_date: localDate
    .optional()
    .describe(
      'The day on which lead owners were told that figures of their own are shown. Left out: the site has no figures of single people.',
    ),
  url: webAddress.optional().describe('Where the site is served, for the links in "handover digest".'),
  draft: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A draft of the next agreement, relative to the project: the quarterly review shows what it would have changed.',
    ),
});

export function toSiteSettings(yaml: z.infer<typeof siteSettingsSchema>): SiteSettings {
  const { record_url: address } = yaml;
  return {
    leadDetail: yaml.lead_detail,
    recordUrls: new Map(
      address === undefined ? [] : typeof address === 'string' ? [[anyCrm, address]] : Object.entries(address),
    ),
    ...(yaml.people_notice_date === undefined ? {} : { peopleNoticeDate: yaml.people_notice_date }),
    ...(yaml.url === undefined ? {} : { url: yaml.url.replace(/\/+$/, '') }),
    ...(yaml.draft === undefined ? {} : { draft: yaml.draft }),
  };
}

/** Those of a project that says nothing of its site. */
export const usualSiteSettings: SiteSettings = toSiteSettings(siteSettingsSchema.parse({}));

/** What can be said of the settings only by the CRMs that there are. `sources`: the names of those with leads. */
export function checkSiteSettings(
  { recordUrls }: SiteSettings,
  sources: readonly string[],
  at: (path: YamlPath, part?: 'key') => Place,
): Diagnostic[] {
  return [...recordUrls.keys()]
    .filter((crm) => crm !== anyCrm && !sources.includes(crm))
    .map((crm): Diagnostic => {
      const fix = didYouMean(crm, sources);
      return {
        code: 'invalid-value',
        severity: 'error',
        message: `site.record_url: no source is called "${crm}"`,
        ...at(['site', 'record_url', crm], 'key'),
        expected: `one of ${[...sources, '*'].join(', ')}, where * stands for all others`,
        ...(fix === undefined ? {} : { fix }),
      };
    });
}
