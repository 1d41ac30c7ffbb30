import type { QueryField } from '../api/types';

/** The word of a query in which the caret stands, and what it is made of. */
export interface Term {
  start: number;
  end: number;
  negated: boolean;
  /** The field's name when the word holds a colon or comparison, else null. */
  field: string | null;
  operator: string;
  /** What is typed so far: of the value where there is a field, else of the word. */
  typed: string;
}

export interface Suggestion {
  /** What is put in place of the word. */
  insert: string;
  label: string;
  doc: string;
  /** Whether the word is finished by it (a value), or goes on (a field). */
  complete: boolean;
}

/** Splits a query at spaces outside quotes and brackets. */
export function terms(query: string): { start: number; end: number; text: string }[] {
  const found: { start: number; end: number; text: string }[] = [];
  let start = -1;
  let quoted = false;
  for (let at = 0; at <= query.length; at += 1) {
    const char = query[at];
    if (char === '"' && query[at - 1] !== '\\') quoted = !quoted;
    const boundary = char === undefined || (!quoted && /[\s()]/.test(char));
    if (boundary) {
      if (start >= 0) found.push({ start, end: at, text: query.slice(start, at) });
      start = -1;
    } else if (start < 0) start = at;
  }
  return found;
}

export function termAt(query: string, caret: number): Term {
  const word = terms(query).find((term) => term.start <= caret && caret <= term.end);
  const start = word?.start ?? caret;
  const end = word?.end ?? caret;
  const text = query.slice(start, end);
  const negated = text.startsWith('-');
  const split = /^-?([A-Za-z_][\w.-]*)(:(?:>=|<=|>|<|=)?|>=|<=|>|<|=)(.*)$/s.exec(text);
  if (!split) return { start, end, negated, field: null, operator: '', typed: query.slice(start + (negated ? 1 : 0), caret) };
  const head = text.length - (split[3] ?? '').length;
  return { start, end, negated, field: (split[1] ?? '').toLowerCase(), operator: split[2] ?? ':', typed: query.slice(start + head, Math.max(caret, start + head)) };
}

/** What could be meant at the caret, best first. */
export function complete(query: string, caret: number, fields: QueryField[], limit = 8): Suggestion[] {
  const term = termAt(query, caret);
  const sign = term.negated ? '-' : '';
  if (term.field === null) {
    const typed = term.typed.toLowerCase();
    if (typed === '' && query !== '') return [];
    return rank(fields, typed, (field) => field.name)
      .slice(0, limit)
      .map((field) => ({ insert: `${sign}${field.name}:`, label: `${sign}${field.name}:`, doc: field.doc, complete: false }));
  }
  const field = fields.find((one) => one.name === term.field);
  if (!field) return [];
  // A list of values ("severity:high,cri") is completed at its last one.
  const comma = term.typed.lastIndexOf(',');
  const before = term.typed.slice(0, comma + 1);
  const typed = term.typed.slice(comma + 1).replace(/^"/, '').toLowerCase();
  const values = field.values ?? (['boolean', 'bool', 'flag'].includes(field.type) ? ['true', 'false'] : []);
  return rank(values, typed, (value) => value)
    .filter((value) => value.toLowerCase() !== typed)
    .slice(0, limit)
    .map((value) => ({ insert: `${sign}${field.name}${term.operator}${before}${quote(value)}`, label: value, doc: field.name, complete: true }));
}

function rank<T>(items: readonly T[], typed: string, name: (item: T) => string): T[] {
  const score = (item: T) => {
    const text = name(item).toLowerCase();
    return text.startsWith(typed) ? 0 : text.includes(typed) ? 1 : 2;
  };
  return items.filter((item) => score(item) < 2).sort((a, b) => score(a) - score(b));
}

/** Puts a suggestion in place of the word at the caret; answers the query and where the caret is then. */
export function accept(query: string, caret: number, suggestion: Suggestion): { query: string; caret: number } {
  const term = termAt(query, caret);
  const gap = suggestion.complete && query[term.end] !== ' ' ? ' ' : '';
  const text = query.slice(0, term.start) + suggestion.insert + gap + query.slice(term.end);
  return { query: text, caret: term.start + suggestion.insert.length + (suggestion.complete ? 1 : 0) };
}

/** A value as the query language writes it: in quotes where it holds more than a plain word. */
export function quote(value: string): string {
  const plain = /^[\p{L}\p{N}_.+/@~%#][\p{L}\p{N}_.+/@~%#-]*$/u.test(value) && !value.includes('..') && !/^(or|and|not)$/i.test(value);
  return plain ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** The values that a query asks of a field by plain terms ("field:a,b"). */
export function valuesOf(query: string, field: string): string[] {
  return terms(query)
    .filter((term) => term.text.toLowerCase().startsWith(`${field.toLowerCase()}:`))
    .flatMap((term) => splitList(term.text.slice(field.length + 1)));
}

/** The query with one value of a field switched on or off; several values of a field mean "any of them". */
export function toggle(query: string, field: string, value: string): string {
  const had = valuesOf(query, field);
  const values = had.includes(value) ? had.filter((one) => one !== value) : [...had, value];
  const rest = terms(query).filter((term) => !term.text.toLowerCase().startsWith(`${field.toLowerCase()}:`));
  const simple = !/[()]/.test(query) && !/\bOR\b/i.test(query);
  if (!simple) {
    const bare = `${field}:${quote(value)}`;
    return terms(query).some((term) => term.text === bare) ? query.replace(bare, '').replaceAll(/\s+/g, ' ').trim() : `${query.trim()} ${bare}`.trim();
  }
  const added = values.length > 0 ? [`${field}:${values.map(quote).join(',')}`] : [];
  return [...rest.map((term) => term.text), ...added].join(' ');
}

function splitList(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\' && quoted) {
      at += 1;
      part += text[at] ?? '';
    } else if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part].filter((one) => one !== '');
}
