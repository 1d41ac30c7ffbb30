/** A fact of a host as the collector hands it over: known, or unknown with the reason. */
export type Fact = { known: unknown } | { unknown: string };

/** Reads one fact; what has no such shape counts as known, so that nothing is hidden. */
export function readFact(value: unknown): Fact {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const record = value as Record<string, unknown>;
    if ('known' in record) return { known: record.known };
    if (typeof record.unknown === 'string') return { unknown: record.unknown };
  }
  return { known: value };
}

/** How much a fact holds, in a few words. */
export function summary(value: unknown): string {
  if (value === null || value === undefined) return 'not there';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 1 ? '1 entry' : `${value.length} entries`;
  const record = value as Record<string, unknown>;
  if (typeof record.pretty_name === 'string') return record.pretty_name;
  const size = Object.keys(record).length;
  return size === 1 ? '1 entry' : `${size} entries`;
}

/** One line of a list or map, for reading. */
export function line(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(line).join(', ');
  return Object.entries(value)
    .filter(([, one]) => one !== null && one !== '' && !(Array.isArray(one) && one.length === 0))
    .map(([name, one]) => `${name} ${name === 'mode' && typeof one === 'number' ? one.toString(8).padStart(4, '0') : line(one)}`)
    .join(' · ');
}
