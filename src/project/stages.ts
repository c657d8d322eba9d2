/** The funnel's stages in ladder order; a stage's rung is its place here, from 1. */
export const ladder = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'meeting', 'proposal', 'won'] as const;

/** Stages that end a cycle without being a rung. */
export const exits = ['lost', 'disqualified'] as const;

export const stageNames: readonly string[] = [...ladder, ...exits];
