import * as z from 'zod';

/** `site:` of handover.yml: what the review site shows, and where it lies. */
export interface SiteSettings {
  /** `none`: no page and no file of the site names a lead. */
  readonly leadDetail: 'full' | 'none';
  /** CRM → address of a lead's record with `{lead_id}` in it; the key `*` stands for every CRM without its own. */
  readonly recordUrls: ReadonlyMap<string, string>;
  /** The day from which people may be shown figures of their own; undefined: there are none. */
  readonly peopleNoticeDate?: string;
  /** Where the site is served, without a slash at the end: for links in the digest. */
  readonly url?: string;
  /** A draft of the next agreement, relative to the project's root: the quarterly review shows what it would have changed. */
  readonly draft?: string;
}

const webAddress = z.string().regex(/^https?:\/\/[^\s"'<>\\]+$/, 'an address that begins with https:// or http://');
/** Whether it may stand in a link: http or https, and nothing that ends what it stands in. */
export function isWebAddress(text: string): boolean {
  return webAddress.safeParse(text).success;
}

const recordUrl = webAddress.regex(/\{lead_id\}/, 'an address with {lead_id} where the id belongs');

export const siteSettingsSchema = z.strictObject({
  lead_detail: z
    .enum(['full', 'none'])
    .default('full')
    .describe('"full": breaches and open leads name the lead by its id in the CRM. "none": no file of the site does.'),
  record_url: z
    .union([recordUrl, z.record(z.string(), recordUrl)])
    .optional()
    .describe(
      "Address of a lead's record in the CRM, with {lead_id} where its id belongs; with several CRMs one for each, by kind.",
    ),
  people_notice_date: z.iso
    .date()
    .optional()
    .describe(
      'The day on which lead owners were told that figures of their own are shown. Left out: the site has no figures of single people.',
    ),
  url: webAddress.optional().describe('Where the site is served, for the links in "handover digest".'),
  draft: z
    .string()
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
      address === undefined ? [] : typeof address === 'string' ? [['*', address]] : Object.entries(address),
    ),
    ...(yaml.people_notice_date === undefined ? {} : { peopleNoticeDate: yaml.people_notice_date }),
    ...(yaml.url === undefined ? {} : { url: yaml.url.replace(/\/+$/, '') }),
    ...(yaml.draft === undefined ? {} : { draft: yaml.draft }),
  };
}

/** Those of a project that says nothing of its site. */
export const usualSiteSettings: SiteSettings = toSiteSettings(siteSettingsSchema.parse({}));
