const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const days = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' });

/** A count with thousands separated; unknown is a dash, never 0. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : numbers.format(value);
}

/** "1 exposure", "2 exposures". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "1 exposure matches", "2 exposures match". */
export function matching(value: number, one: string): string {
  return `${plural(value, one)} ${value === 1 ? 'matches' : 'match'}`;
}

/** A score as it is shown everywhere: cut, not rounded, as the query language compares it and the bands divide it. */
export function points(score: number): number {
  return Math.floor(score);
}

/** A piece of text as a sentence. */
export function sentence(text: string): string {
  const plain = text.trim();
  return plain === '' ? '' : `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${/[.!?]$/.test(plain) ? '' : '.'}`;
}

const parts: Record<string, string> = { cli: 'the command line', demo: 'the demo', schedule: 'the schedule', start: 'Bartizan at its start' };

/** Who did something: a person by name, a part of Bartizan in words. */
export function actor(name: string): string {
  const part = /^system:(.*)$/.exec(name)?.[1];
  return part === undefined ? name : (parts[part] ?? part);
}

/** A share of 0 to 1 as a percentage with as many digits as it needs. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  const value = share * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value)} %`;
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "just now", "5 minutes ago", "3 days ago", "in 2 days". */
export function ago(at: string, now: number): string {
  const seconds = (now - Date.parse(at)) / 1000;
  if (Number.isNaN(seconds)) return at;
  const size = Math.abs(seconds);
  if (size < 45) return 'just now';
  const [value, unit] =
    size < 3600 ? [Math.round(size / 60), 'minute'] : size < 86_400 ? [Math.round(size / 3600), 'hour'] : size < 86_400 * 60 ? [Math.round(size / 86_400), 'day'] : size < 86_400 * 730 ? [Math.round(size / (86_400 * 30.44)), 'month'] : [Math.round(size / (86_400 * 365.25)), 'year'];
  const words = `${value} ${unit}${value === 1 ? '' : 's'}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

/** The short form for tables: "5m", "3d", "2y". */
export function age(at: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  if (Number.isNaN(seconds)) return '–';
  if (seconds < 3600) return `${Math.max(1, Math.floor(seconds / 60))}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  if (seconds < 86_400 * 365) return `${Math.floor(seconds / 86_400)}d`;
  return `${Math.floor(seconds / (86_400 * 365))}y`;
}

export function day(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : days.format(time);
}

const acronyms = /\b(epss|kev|cvss|ssvc|cwe|os|pam|tls|suid|ssh|dns|fqdn|mac|arn|id|ip|url|phi|pci|pii)\b/g;

/** Dashes and underscores as spaces, abbreviations in capitals. */
export function inWords(text: string): string {
  return text.replaceAll(/[-_]/g, ' ').trim().replace(acronyms, (word) => word.toUpperCase());
}

/** The same at the beginning of something. */
export function words(text: string): string {
  const plain = inWords(text);
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/**
 * A locus ("pkg:deb/debian/openssl", "port/tcp/443") in words; nothing for a weakness that is one wherever it sits. What
 * tells the code in a file again when its lines move is not for people.
 */
export function locus(text: string): string {
  if (text === '') return '';
  const port = /^port\/(\w+)\/(\d+)$/.exec(text);
  if (port) return `port ${port[2]}/${port[1]}`;
  if (text.startsWith('pkg:')) {
    const parts = text.slice(4).split('/');
    const short = ['deb', 'rpm', 'apk', 'maven'].includes(parts[0] ?? '');
    return decode((short ? parts.slice(-1) : parts.slice(1)).join('/'));
  }
  if (text.startsWith('file:')) return text.slice(5).replace(/#[0-9a-f]{16}$/, '');
  if (text.startsWith('route:')) return text.slice(6);
  return text.replace(':', ' ');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A long text cut to its beginning and its end, which is where names differ. */
export function short(text: string, most: number): string {
  const letters = text.length > most ? [...text] : [];
  if (letters.length <= most) return text;
  const tail = Math.floor(most / 4);
  return `${letters.slice(0, most - tail - 1).join('')}…${letters.slice(-tail).join('')}`;
}

/** The beginning of a long text: to the end of a sentence, else of a word. A text that is little longer is kept whole. */
export function beginning(text: string, most: number): string {
  const plain = text.trim();
  if (plain.length <= most * 1.25) return plain;
  const cut = plain.slice(0, most);
  const end = Math.max(cut.lastIndexOf('\n\n'), ...[...cut.matchAll(/[.!?](?=\s)/g)].map(({ index }) => index + 1));
  if (end > most / 3) return cut.slice(0, end).trim();
  const word = cut.search(/\s\S*$/);
  return `${cut.slice(0, word > most / 3 ? word : most)}…`;
}

/** A text as it was written, paragraph by paragraph. */
export function paragraphs(text: string): string[] {
  return [...new Set(text.split(/\n\s*\n/).map((one) => one.trim()).filter(Boolean))];
}

/** The name of a file without the folders before it; what lies in an archive keeps the archive's name. Other words stay. */
export function fileOf(label: string): string {
  const archive = label.indexOf('!');
  const path = archive < 0 ? label : label.slice(0, archive);
  if (path.includes('://') || path.includes(' ')) return label;
  return label.slice(path.lastIndexOf('/') + 1) || label;
}
