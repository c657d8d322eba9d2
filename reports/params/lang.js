/** The languages that stand in addresses: /da/weekly/. English has no prefix. */
export const match = (name) => name === 'da';
