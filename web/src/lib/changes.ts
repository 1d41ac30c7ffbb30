import type { Overview, Run } from '../api/types';
import { count, fileOf, plural, words } from './format';

/** Something that changed, as a line. */
export interface Change {
  key: string;
  /** When, and by whom. */
  at: string;
  by: string;
  /** Its place in the log. */
  seq: number;
  text: string;
  /** Where it leads. */
  run?: number | null;
  exposure?: number | null;
  asset?: number | null;
  /** The runs that it sums up. */
  of: Change[];
}

type RunChange = Overview['since']['runs'][number];
type Did = Omit<RunChange, 'seq'>;

type Event = Overview['since']['changes'][number];

/** So many alike are one line that opens. */
const many = 3;

/** What people and feeds do many times a day, as one line. */
const several: Record<string, [string, string]> = {
  'exposure.assigned': ['assignment', 'assignments'],
  'exposure.commented': ['comment', 'comments'],
  'exposure.decided': ['decision', 'decisions'],
  'asset.changed': ['change of assets', 'changes of assets'],
  'asset.merged': ['merge of assets', 'merges of assets'],
  'note.added': ['note', 'notes'],
  'knowledge.changed': ['feed was loaded', 'feeds were loaded'],
};

/** What changed, newest first: a line for each run and for what people and feeds did between; one for many that are alike. */
export function changesOf({ runs, changes }: Pick<Overview['since'], 'runs' | 'changes'>): Change[] {
  const ofRuns = alike(runs, ({ run }) => [run.kind, run.source, run.by, run.state].join(' ')).flatMap((all) => lines(all, changeOf, total(all)));
  const ofOthers = alike(changes, (event) => `${event.kind} ${event.actor} ${event.kind in several ? '' : event.seq}`).flatMap((all) => lines(all, lineOf, severally(all)));
  return [...ofRuns, ...ofOthers].sort(newest);
}

const newest = (a: Change, b: Change) => b.at.localeCompare(a.at) || b.seq - a.seq;

/** Those with one key together. */
function alike<T>(all: T[], key: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return [...groups.values()];
}

/** A line for each, or, where they are many, one that opens. */
function lines<T>(all: T[], line: (one: T) => Change, text: string): Change[] {
  const of = all.map(line).sort(newest);
  const [first] = of;
  return !first || of.length < many ? of : [{ key: `many ${first.key}`, at: first.at, by: first.by, seq: Math.max(...of.map((one) => one.seq)), text, of }];
}

function lineOf({ seq, at, actor, text, run, exposure, asset }: Event): Change {
  return { key: `event ${seq}`, seq, at, by: actor, text, run, exposure, asset, of: [] };
}

function severally(all: Event[]): string {
  return plural(all.length, ...(several[all[0]?.kind ?? ''] ?? ['line', 'lines']));
}

function changeOf(change: RunChange): Change {
  const { run, seq } = change;
  return { key: `run ${run.id}`, seq, at: run.finished_at ?? run.started_at, by: run.by, run: run.id, text: did(title(run), change), of: [] };
}

/** What many runs did together. */
function total(all: RunChange[]): string {
  const [first] = all;
  if (!first) return '';
  const sum = (of: (change: RunChange) => number) => all.reduce((total, one) => total + of(one), 0);
  const together = {
    run: {
      ...first.run,
      error: null,
      created: sum((one) => one.run.created),
      reopened: sum((one) => one.run.reopened),
      closed: sum((one) => one.run.closed),
      updated: sum((one) => one.run.updated),
      unchanged: sum((one) => one.run.unchanged),
      rejected: sum((one) => one.run.rejected),
      gaps: sum((one) => one.run.gaps),
    },
    assets_found: sum((one) => one.assets_found),
    assets_changed: sum((one) => one.assets_changed),
    facts_changed: all.some((one) => one.facts_changed),
  };
  return did(titleOfMany(first.run, all.length), together);
}

function did(what: string, change: Did): string {
  const { state, error } = change.run;
  if (state === 'finished') return `${what}: ${outcome(change)}`;
  return `${what} ${state}${error ? `: ${error}` : ''}`;
}

/** What a run was, in a few words. */
function title(run: Run): string {
  const name = fileOf(run.label);
  switch (run.kind) {
    case 'import':
      return run.source ? `${words(run.source)} of ${name}` : `Import of ${name}`;
    case 'discover':
      return `Look at ${run.label}`;
    case 'inventory':
      return `Software of ${name}`;
    case 'sync':
      return `Feeds from the internet (${run.label})`;
    default:
      return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  }
}

function titleOfMany(run: Run, times: number): string {
  switch (run.kind) {
    case 'import':
      return run.source ? `${words(run.source)}, ${plural(times, 'report')}` : plural(times, 'import');
    case 'match':
      return `Judged anew ${count(times)} times`;
    default:
      return `${title(run)}, ${count(times)} times`;
  }
}

/** What a run that finished did, in words; nothing is said of what is zero. */
export function outcome({ run, assets_found, assets_changed, facts_changed }: Did): string {
  const some = (value: number, text: string) => (value > 0 ? [text] : []);
  const changed = [
    ...some(run.created, `${count(run.created)} new`),
    ...some(run.reopened, `${count(run.reopened)} back`),
    ...some(run.closed, `${count(run.closed)} gone`),
    ...some(run.updated, `${count(run.updated)} told otherwise`),
  ];
  const beside = [
    ...some(assets_found, `${plural(assets_found, 'asset')} found`),
    ...some(assets_changed, `${plural(assets_changed, 'asset')} changed`),
    ...(facts_changed ? ['facts of the paths changed'] : []),
  ];
  const nothing = changed.length + beside.length === 0;
  const said = [
    ...(nothing ? ['nothing changed'] : changed),
    ...some(changed.length > 0 ? run.unchanged : 0, `${count(run.unchanged)} as before`),
    ...beside,
    ...some(run.rejected, `${plural(run.rejected, 'record')} rejected`),
    ...some(run.gaps, plural(run.gaps, 'gap')),
  ];
  return said.join(', ');
}
