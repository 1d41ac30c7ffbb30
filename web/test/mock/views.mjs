import { day } from './state.mjs';

/** What the API answers about one thing, made from the state. */

export function rowOf({ fix: _fix, command: _command, ...row }) {
  return row;
}

export function assetRow(state, asset) {
  const open = state.exposures.filter((one) => one.asset_id === asset.id && one.status === 'open');
  const scope = state.scopes.find((one) => asset.scopes.includes(one.name));
  return { ...asset, worth: asset.criticality ?? scope?.criticality ?? null, holds: [...new Set([...asset.data, ...(scope?.data ?? [])])], open: open.length, top_priority: open.length === 0 ? null : Math.max(...open.map((one) => one.priority)) };
}

export function exposureGet(state) {
  const assets = new Map(state.assets.map((asset) => [asset.id, asset]));
  return (row, field) => {
    const asset = assets.get(row.asset_id);
    switch (field) {
      case 'text':
        return [row.title, row.weakness, row.asset];
      case 'source':
        return row.sources;
      case 'new':
        return [String(Date.now() - Date.parse(row.first_seen) < day)];
      case 'owner':
        return [row.owner ?? 'none'];
      case 'unknown':
        return [row.reach === 'unknown' && 'reach', row.epss === null && 'epss', asset.criticality === null && 'criticality'].filter(Boolean);
      case 'kind':
      case 'criticality':
        return [asset[field]].filter(Boolean);
      case 'scope':
        return asset.scopes;
      case 'component':
        return row.locus.startsWith('pkg:') ? [row.locus.split('/').at(-1)] : [];
      default:
        return row[field] === null || row[field] === undefined ? [] : [row[field]];
    }
  };
}

export function assetGet(row, field) {
  if (field === 'text' || field === 'asset') return [row.name];
  if (field === 'scope') return row.scopes;
  if (field === 'unknown') return [row.reach === 'unknown' && 'reach', row.criticality === null && 'criticality'].filter(Boolean);
  return row[field] === null || row[field] === undefined ? [] : [row[field]];
}

const words = (text) => text.charAt(0).toUpperCase() + text.slice(1).replaceAll('-', ' ');

export function facets(rows, get, names) {
  return names.map(([field, label]) => {
    const counts = new Map();
    for (const row of rows) for (const value of get(row, field)) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    return { field, label, values: [...counts].sort((a, b) => b[1] - a[1]).slice(0, 20).map(([value, count]) => ({ value, label: field === 'kev' ? (value === 'true' ? 'Exploited' : 'Not listed') : words(value), count })) };
  });
}

export function exposureOf(state, row) {
  const asset = assetRow(state, state.assets.find((one) => one.id === row.asset_id));
  const seen = row.sources.map((source, index) => ({
    source, run: state.runs[0]?.id ?? null, locus: row.locus, severity: row.severity, first_seen: row.first_seen, last_seen: row.last_seen, present: row.status !== 'fixed', title: row.title,
    evidence: index === 0 ? 'Installed: 3.0.11-1\nGET /?x=<script>alert(1)</script> HTTP/1.1' : null, raw_id: row.weakness, component: row.locus.startsWith('pkg:') ? `${row.locus}@1.0.0` : null, fixed_version: null, line: null, confidence: null, suppressed: index === 1 ? 'false positive' : null, said: index === 0 ? '{"id": "x"}' : null,
  }));
  const factor = (name, value, low, high, source, back, text) => ({ name, value, low, high, source, as_of: source ? state.at(back) : null, words: text });
  return {
    ...rowOf(row),
    asset,
    weakness: { key: row.weakness, title: row.title, aliases: row.weakness.startsWith('CVE') ? [row.weakness.replace('CVE-', 'DSA-')] : [], cwe: [502], cwe_names: [], technique: null, epss_history: [], description: 'What an attacker can do with it, in the words of whoever published it.', cvss: row.epss === null ? [] : [{ vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, version: '3.1' }], references: ['https://example.org/advisory', 'javascript:alert(1)'] },
    explanation: {
      priority: row.priority, low: row.priority_low, high: row.priority_high, band: row.band, ssvc: row.ssvc,
      factors: [
        factor('reach', row.reach === 'unknown' ? 0.4 : row.reach === 'internet' ? 1 : 0.3, row.reach === 'unknown' ? 0.05 : 0.3, 1, asset.reach_source, 6 * 3_600_000, row.reach === 'unknown' ? 'Nobody observed or declared from where it can be reached.' : `It can be reached from: ${row.reach}.`),
        factor('activity', row.epss ?? 0.02, row.epss ?? 0.001, row.epss ?? 0.2, row.epss === null ? null : 'EPSS', 9 * day, row.epss === null ? 'No EPSS: the base rate of its class is used.' : 'Probability that somebody exploits it within 30 days.'),
        factor('success', 0.9, 0.8, 0.95, 'CVSS', 200 * day, 'Easy to use: no rights and no help of a user needed.'),
        factor('consequence', 0.5, 0.2, 0.9, asset.criticality ? 'declared' : null, 30 * day, asset.criticality ? `Its criticality is ${asset.criticality}.` : 'Nobody said what falls with it: a neutral value.'),
      ],
      unknown: row.reach === 'unknown' ? ['reach'] : [],
      counterfactual: { change: 'reach', from: row.priority, to: 31, words: `Take it off the internet: the score goes from ${row.priority} to 31.` },
      notes: [],
    },
    sightings: seen,
    decisions: state.decisions.filter((one) => one.exposures.includes(row.id)).map(decisionOf),
    assignments: state.assignments.filter((one) => one.exposures.includes(row.id)).map(decisionOf),
    evidence: [{ at: row.last_seen, kind: 'seen', text: `${row.sources[0]} saw it again`, run: state.runs[0]?.id ?? null }],
    comments: state.comments.filter((one) => one.exposure === row.id),
    fix: row.fix ? { text: `${row.fix} on ${asset.name}.`, commands: row.command ? [row.command] : [] } : null,
  };
}

export function decisionOf({ exposures, before: _before, ...decision }) {
  return { ...decision, count: exposures.length };
}

export function assetOf(state, asset) {
  const rows = state.exposures.filter((one) => one.asset_id === asset.id && one.status === 'open').sort((a, b) => b.priority - a.priority);
  return {
    ...assetRow(state, asset),
    identifiers: [
      { kind: 'agent-id', value: `0b5c-${asset.id}`, strong: true, source: 'bartizan', first_seen: asset.first_seen, last_seen: asset.last_seen },
      { kind: 'name', value: asset.name, strong: false, source: 'nessus', first_seen: asset.first_seen, last_seen: asset.last_seen },
    ],
    services: asset.kind === 'host' ? [{ protocol: 'tcp', port: 22, name: 'ssh', product: 'OpenSSH', version: '9.2p1', last_seen: asset.last_seen }, { protocol: 'tcp', port: 445, name: null, product: null, version: null, last_seen: asset.last_seen }] : [],
    components: asset.kind === 'host' ? { total: 412, items: [{ purl: 'pkg:deb/debian/openssl@3.0.11-1', name: 'openssl', version: '3.0.11-1', locations: ['var/lib/dpkg/status'] }, { purl: 'pkg:deb/debian/bash@5.2', name: 'bash', version: '5.2', locations: [] }] } : { total: 0, items: [] },
    relations: state.assets.length > 1 ? [{ relation: 'runs_on', direction: 'in', asset: (({ id, name, kind }) => ({ id, name, kind }))(state.assets.find((one) => one.id !== asset.id)) }] : [],
    exposures: rows.slice(0, 20).map(rowOf),
    notes: state.notes.filter((one) => one.asset === asset.id),
    told: [{ name: 'owner', value: 'Ward technicians', source: 'cmdb', last_seen: asset.last_seen }],
    merges: state.merges.filter((one) => one.into === asset.id),
    facts: asset.kind === 'host' && asset.os ? { asset: {}, collected_at: state.at(day), privileged: false, os: { known: { pretty_name: asset.os, id: 'debian' } }, kernel: { known: '6.1.0-21-amd64' }, passwords: { unknown: '/etc/shadow: permission denied (run as root)' }, users: { known: [{ name: 'root', uid: 0, shell: '/bin/bash' }, { name: 'ada', uid: 1000, shell: '/bin/zsh' }] }, sysctl: { known: { 'kernel.kptr_restrict': '0', 'net.ipv4.ip_forward': '1' } }, suid: { known: [{ path: '/usr/bin/sudo', mode: 2541, uid: 0, gid: 0, folder: false, package: 'sudo' }] }, containers: { known: [] } } : null,
    events: state.events.filter((one) => one.asset === asset.id).reverse(),
  };
}

export function overviewOf(state) {
  const open = state.exposures.filter((one) => one.status === 'open');
  const by = (rows, field) => rows.reduce((all, row) => ({ ...all, [row[field]]: (all[row[field]] ?? 0) + 1 }), {});
  const ssvc = by(open, 'ssvc');
  const next = [...open].filter((row) => row.band === 'act-now' || row.band === 'plan').sort((a, b) => b.priority - a.priority || a.id - b.id).slice(0, 5);
  const unknown = ['reach', 'epss', 'criticality'].map((factor) => {
    const get = exposureGet(state);
    const n = open.filter((row) => get(row, 'unknown').includes(factor)).length;
    return { factor, exposures: n, share: open.length === 0 ? 0 : n / open.length, query: `status:open unknown:${factor}` };
  });
  const trend = state.exposures.length === 0 ? [] : Array.from({ length: 30 }, (_, index) => ({ day: state.at((29 - index) * day).slice(0, 10), open: Math.round(open.length * (1.3 - index * 0.01 + Math.sin(index) * 0.02)), opened: 4 + (index % 9), fixed: 6 + (index % 11), risk: 12 - index * 0.1 }));
  return {
    generated_at: new Date().toISOString(),
    open: { total: open.length, act: ssvc.act ?? 0, attend: ssvc.attend ?? 0, track_star: ssvc['track*'] ?? 0, track: ssvc.track ?? 0 },
    by_band: by(open, 'band'),
    by_severity: by(open, 'severity'),
    since: {
      at: state.at(day), opened: 31, fixed: 12, reopened: 1,
      runs: state.runs.filter((run) => run.state !== 'running' && run.started_at >= state.at(day)).map((run) => ({ run, seq: run.id, assets_found: 0, assets_changed: 0, facts_changed: false })),
      changes: [...state.events].reverse().slice(0, 10),
    },
    next: next.map((row) => ({ exposure: rowOf(row), why: row.kev ? 'Attackers use it now, and it can be reached from the internet.' : 'It is likely to be used within 30 days, and what falls with it matters.', action: row.fix ? `${row.fix} on ${row.asset}` : `Look into ${row.title} on ${row.asset}` })),
    fixes: open.length === 0 ? [] : [{ key: 'openssl', query: 'status:open component:openssl', title: 'Upgrade openssl to 3.0.15-1', exposures: 96, assets: 41, risk_share: 0.18 }, { key: 'xz', query: 'status:open component:xz-utils', title: 'Upgrade xz-utils to 5.6.1+really5.4.5-1', exposures: 38, assets: 38, risk_share: 0.14 }],
    trend,
    unknown,
    feeds: state.feeds,
    runs: state.runs.slice(0, 5),
    hosts: state.runs.filter((run) => run.kind === 'discover').length,
    demo: state.assets.some((one) => one.demo),
  };
}

export function runOf(state, run) {
  return {
    ...run,
    did: run.created > 0 && run.state === 'finished' ? [{ verb: 'opened', total: run.created, exposures: state.exposures.slice(0, Math.min(20, run.created)).map(rowOf) }] : [],
    coverage: run.state === 'running' || run.state === 'failed' ? [] : state.assets.slice(0, 12).map((asset) => ({ asset: asset.name, checks: 'everything that the source can report', loci: 'all of it' })),
    gap_list: run.gaps > 0 ? [{ what: '10.3.0.0/24', why: 'No answer from 256 addresses; is the scanner let through?' }, { what: 'srv-004', why: 'Login by SSH failed: give the scanner an account.' }] : [],
    rejected_list: run.rejected > 0 ? [{ at: 'line 17', reason: 'No asset is named.' }, { at: 'line 90', reason: 'The port 70000 is no port.' }] : [],
  };
}
