/** As much of the query language as the tests need: terms, lists, comparisons, negation. No OR, no brackets. */

const choice = {
  severity: ['unknown', 'info', 'low', 'medium', 'high', 'critical'],
  band: ['low', 'watch', 'plan', 'act-now'],
  status: ['open', 'accepted', 'false-positive', 'not-affected', 'fixed'],
  reach: ['internet', 'internal', 'local', 'unknown'],
  kind: ['host', 'service', 'web-application', 'domain', 'container-image', 'cloud-resource', 'repository', 'data-store', 'identity', 'device', 'third-party', 'application'],
  criticality: ['low', 'medium', 'high', 'critical'],
  ssvc: ['track', 'track*', 'attend', 'act'],
};

export const fields = [
  ['severity', 'choice', 'The severity that the sources report.', 'severity:critical,high'],
  ['status', 'choice', 'Whether it is open, accepted, a false positive, not affected or fixed.', 'status:open'],
  ['priority', 'number', 'Our score, 0 to 100.', 'priority:>=70'],
  ['band', 'choice', 'The band of the score.', 'band:act-now,plan'],
  ['ssvc', 'choice', 'The SSVC decision (CISA’s table).', 'ssvc:>=attend'],
  ['kev', 'flag', 'Listed by CISA as exploited in the wild.', 'kev:true'],
  ['opened', 'duration', 'Time since Bartizan was first told of it, by its own clock, however old the report was.', 'opened:<24h'],
  ['new', 'flag', 'First seen within the last 24 hours, by the dates of the reports; in the gate of an import, opened or found to be back by it.', 'new:true'],
  ['asset', 'text', 'Name of the asset.', 'asset:web*'],
  ['kind', 'choice', 'What the asset is.', 'kind:host,device'],
  ['reach', 'choice', 'From where an attacker can reach the asset.', 'reach:internet'],
  ['criticality', 'choice', 'What the business would lose with the asset.', 'criticality:>=high'],
  ['scope', 'text', 'Name of a business scope the asset is in.', 'scope:payments'],
  ['weakness', 'text', 'Id or alias of the weakness, of any tool that reports it; of a rule also without the tool.', 'weakness:CVE-2021-44228'],
  ['source', 'text', 'A tool or collector that sees it, whichever of them gave it its id.', 'source:nessus'],
  ['component', 'text', 'Name of the package.', 'component:openssl'],
  ['owner', 'text', 'Name of the person who is to fix it; `me` for yourself, `none` for nobody.', 'owner:ada'],
  ['unknown', 'text', 'What nobody has told or measured yet.', 'unknown:reach'],
].map(([name, type, doc, example]) => ({ name, type, doc, example, ...(choice[name] ? { values: choice[name] } : type === 'flag' ? { values: ['true', 'false'] } : {}) }));

export class BadQuery extends Error {
  constructor(message, start, end) {
    super(message);
    this.span = [start, end];
  }
}

/** A function that tells whether a record matches. */
export function parse(text, get) {
  const tests = [];
  for (const match of text.matchAll(/(?:[^\s"]|"(?:\\.|[^"\\])*"?)+/g)) {
    const word = match[0];
    const start = Buffer.byteLength(text.slice(0, match.index));
    const negated = word.startsWith('-');
    const bare = negated ? word.slice(1) : word;
    const split = /^([a-z_]+):(>=|<=|>|<)?(.*)$/s.exec(bare);
    let test;
    if (!split) {
      const wanted = unquote(bare).toLowerCase();
      test = (record) => get(record, 'text').some((value) => value.toLowerCase().includes(wanted));
    } else {
      const [, name, compare, rest] = split;
      const field = fields.find((one) => one.name === name);
      if (!field) throw new BadQuery(`There is no field “${name}”.`, start, start + Buffer.byteLength(name));
      const values = [...rest.matchAll(/"((?:\\.|[^"\\])*)"|([^,]+)/g)].map((one) => (one[1] ?? one[2]).replaceAll(/\\(.)/g, '$1').toLowerCase());
      if (values.length === 0) throw new BadQuery(`“${name}:” needs a value.`, start, start + Buffer.byteLength(word));
      const rank = (value) => (field.values ? field.values.indexOf(String(value)) : Number(value));
      test = (record) =>
        get(record, name).some((value) =>
          compare
            ? { '>=': rank(value) >= rank(values[0]), '<=': rank(value) <= rank(values[0]), '>': rank(value) > rank(values[0]), '<': rank(value) < rank(values[0]) }[compare]
            : values.some((wanted) => like(String(value).toLowerCase(), wanted)),
        );
    }
    tests.push(negated ? (record) => !test(record) : test);
  }
  return (record) => tests.every((test) => test(record));
}

function like(value, wanted) {
  if (!wanted.includes('*') || value === wanted) return value === wanted;
  const parts = wanted.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}

function unquote(text) {
  return text.replace(/^"|"$/g, '').replaceAll(/\\(.)/g, '$1');
}
