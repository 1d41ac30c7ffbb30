import { describe, expect, it } from 'vitest';
import type { Overview, Run } from '../../src/api/types';
import { changesOf, outcome } from '../../src/lib/changes';

type RunChange = Overview['since']['runs'][number];

function change(run: Partial<Run>, beside: Partial<RunChange> = {}): RunChange {
  const nothing = { findings: 0, created: 0, updated: 0, unchanged: 0, reopened: 0, closed: 0, assets: 0, suppressed: 0, rejected: 0, gaps: 0 };
  const told = { id: 1, kind: 'import', source: 'nessus', label: '/reports/srv-scan.nessus', state: 'finished', by: 'ada', started_at: '2026-03-01T08:00:00Z', finished_at: '2026-03-01T08:01:00Z' };
  return { run: { ...nothing, ...told, seconds: 1, bytes: 1, records: null, progress: null, error: null, ...run }, seq: 1, assets_found: 0, assets_changed: 0, facts_changed: false, ...beside };
}

const texts = (runs: RunChange[], changes: Overview['since']['changes'] = []) => changesOf({ runs, changes }).map((one) => one.text);

describe('what a run did', () => {
  it('is told in plain words, without what is zero', () => {
    expect(texts([change({ created: 12, closed: 3, unchanged: 1140 })])).toEqual(['Nessus of srv-scan.nessus: 12 new, 3 gone, 1,140 as before']);
    expect(texts([change({ reopened: 1, updated: 2 })])).toEqual(['Nessus of srv-scan.nessus: 1 back, 2 told otherwise']);
  });

  it('may be nothing, and that is said; what only tells of assets is not nothing', () => {
    expect(outcome(change({ unchanged: 140, findings: 140 }))).toBe('nothing changed');
    expect(outcome(change({}, { assets_found: 1, assets_changed: 2, facts_changed: true }))).toBe('1 asset found, 2 assets changed, facts of the paths changed');
  });

  it('names what was judged as it is called', () => {
    expect(texts([change({ kind: 'match', source: 'bartizan-identity', label: 'identities of ad_1.zip', created: 1 })])).toEqual(['Identities of ad_1.zip: 1 new']);
  });

  it('never hides what could not be used, or that it failed', () => {
    expect(outcome(change({ rejected: 1, gaps: 2 }))).toBe('nothing changed, 1 record rejected, 2 gaps');
    expect(texts([change({ source: null, state: 'failed', error: 'it ends in the middle' })])).toEqual(['Import of srv-scan.nessus failed: it ends in the middle']);
  });
});

describe('what changed', () => {
  const runs = (count: number, fields: Partial<Run> = {}) => Array.from({ length: count }, (_, at) => change({ id: at + 1, created: at, finished_at: `2026-03-01T08:0${at}:00Z`, ...fields }, { seq: at + 1 }));

  it('is one line for each run, newest first, which leads to it', () => {
    const changes = changesOf({ runs: runs(2), changes: [] });
    expect(changes.map((one) => [one.run, one.of.length])).toEqual([[2, 0], [1, 0]]);
  });

  it('is one line that opens for many runs alike', () => {
    const [line, ...rest] = changesOf({ runs: runs(3), changes: [] });
    expect(rest).toEqual([]);
    expect([line?.text, line?.run, line?.seq]).toEqual(['Nessus, 3 reports: 3 new', undefined, 3]);
    expect(line?.of.map((one) => one.run)).toEqual([3, 2, 1]);
  });

  it('keeps what failed, and what another tool or person did, apart', () => {
    const failed = change({ id: 9, source: null, state: 'failed', error: 'no format', finished_at: '2026-03-01T09:00:00Z' });
    const other = change({ id: 10, source: 'trivy', created: 1, finished_at: '2026-03-01T07:00:00Z' });
    expect(texts([failed, ...runs(3), other])).toEqual(['Import of srv-scan.nessus failed: no format', 'Nessus, 3 reports: 3 new', 'Trivy of srv-scan.nessus: 1 new']);
    const several = Array.from({ length: 4 }, (_, at) => change({ id: at, source: null, state: 'failed', error: 'no format' }));
    expect(texts(several)).toEqual(['4 imports failed']);
  });

  it('tells what people did in between', () => {
    const comment = { seq: 5, at: '2026-03-01T08:00:30Z', actor: 'ada', kind: 'exposure.commented', text: 'ada said something', asset: null, exposure: 7, run: null, count: 1 };
    const changes = changesOf({ runs: runs(2), changes: [comment] });
    expect(changes.map((one) => one.text)).toEqual(['Nessus of srv-scan.nessus: 1 new', 'ada said something', 'Nessus of srv-scan.nessus: nothing changed']);
    expect(changes[1]?.exposure).toBe(7);
    const comments = [5, 6, 7].map((seq) => ({ ...comment, seq }));
    expect(texts([], comments)).toEqual(['3 comments']);
    expect(texts([], comments.map((one) => ({ ...one, kind: 'scope.changed' })))).toHaveLength(3);
  });
});
