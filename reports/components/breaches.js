/** `17 breaches, 3 explained`, of a row of counts. */
export function tellBreaches({ breaches, explained }, t, count) {
  const values = { count: count('breaches.count', breaches), explained };
  if (explained === 0) return t('breaches.explained_none', values);
  return t(explained === breaches ? 'breaches.explained_all' : 'breaches.explained', values);
}
