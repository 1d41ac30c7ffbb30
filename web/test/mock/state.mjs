import { attackGraph } from './attack.mjs';
import { random } from './random.mjs';

export const hour = 3_600_000;
export const day = 24 * hour;

const weaknesses = [
  ['CVE-2024-3094', 'Backdoor in xz-utils lets anyone log in by SSH', 'critical', 'pkg:deb/debian/xz-utils', 0.87, true, 'Upgrade xz-utils to 5.6.1+really5.4.5-1', 'apt-get install --only-upgrade xz-utils'],
  ['CVE-2021-44228', 'Log4Shell: log4j runs code from a logged text', 'critical', 'pkg:maven/org.apache.logging.log4j/log4j-core', 0.97, true, 'Upgrade log4j-core to 2.17.1', ''],
  ['CVE-2023-4863', 'libwebp: heap overflow by a crafted picture', 'high', 'pkg:deb/debian/libwebp', 0.61, true, 'Upgrade libwebp to 1.2.4-0.2+deb12u1', 'apt-get install --only-upgrade libwebp7'],
  ['CVE-2022-0778', 'OpenSSL: endless loop by a crafted certificate', 'high', 'pkg:deb/debian/openssl', 0.06, false, 'Upgrade openssl to 3.0.15-1', 'apt-get install --only-upgrade openssl'],
  ['CVE-2024-6387', 'regreSSHion: OpenSSH server runs code before the login', 'high', 'pkg:deb/debian/openssh', 0.35, false, 'Upgrade openssh-server to 1:9.2p1-2+deb12u3', 'apt-get install --only-upgrade openssh-server'],
  ['bartizan:sshd-root-login', 'Root may log in by SSH with a password', 'medium', 'setting:sshd/PermitRootLogin', null, null, 'Set PermitRootLogin to no in /etc/ssh/sshd_config', 'systemctl reload ssh'],
  ['nessus:57608', 'SMB signing is not required', 'medium', 'port/tcp/445', null, null, 'Require message signing in the host’s policy', ''],
  ['zap:10038', 'Content Security Policy header is not set', 'low', 'route:/login', null, null, null, ''],
  ['CVE-2019-11358', 'jQuery: object prototype can be polluted', 'medium', 'pkg:npm/jquery', 0.02, false, 'Upgrade jquery to 3.4.0', 'npm install jquery@3.4.0'],
  ['semgrep:sql-injection', 'SQL is built from what a user typed', 'high', 'file:src/orders/search.py#find_orders', null, null, 'Hand the value over as a parameter', ''],
  ['gitleaks:aws-key', 'A secret key of AWS stands in the source', 'critical', 'file:deploy/env.sh#1f0c', null, null, 'Revoke the key, then take it out of the history', ''],
  ['CVE-2023-9999', 'A weakness nobody rated yet', 'unknown', 'pkg:pypi/obscure', null, false, null, ''],
];

const kinds = ['host', 'host', 'host', 'web-application', 'container-image', 'repository', 'device'];
const stems = { host: 'srv', 'web-application': 'portal', 'container-image': 'registry.example/app', repository: 'git.example/team', device: 'pump' };

export function band(score) {
  return score === null ? 'low' : score >= 80 ? 'act-now' : score >= 60 ? 'plan' : score >= 30 ? 'watch' : 'low';
}

/** An empty installation, at a fixed moment when a clock is given. */
export function emptyState(now = Date.now()) {
  const at = (back) => new Date(now - back).toISOString();
  const feed = (name, title, records, back, extra = {}) => ({ name, title, records, as_of: back === null ? null : at(back), loaded_at: back === null ? null : at(back - hour), complete: back !== null, problems: [], stale: false, sync: null, scored: true, addresses: [`https://example.org/${name}.json`], ...extra });
  return {
    now,
    at,
    setup: 'mock-set-up-token',
    users: [],
    attack: { spots: [], links: [], techniques: [], spots_left_out: 0, links_left_out: 0 },
    /** What people set of where attackers begin. */
    entries: new Map(),
    assets: [],
    exposures: [],
    runs: [],
    decisions: [],
    comments: [],
    assignments: [],
    notes: [],
    merges: [],
    events: [],
    views: [],
    tokens: [],
    scopes: [],
    next: 1,
    feeds: [
      feed('kev', 'CISA: known exploited weaknesses', 1_402, 8 * hour),
      feed('epss', 'EPSS: probability of exploitation', 268_112, 9 * day, { stale: true, problems: ['Nine days old. EPSS changes daily: scores that rest on it are wider.'] }),
      feed('cve', 'CVE records with CISA’s SSVC', 246_900, 2 * day, { sync: { tried_at: at(hour), done_at: at(2 * day), error: 'https://github.com/CVEProject/cvelistV5/archive/refs/heads/main.zip: the server answered 503' } }),
      feed('osv', 'OSV: affected versions', 0, null),
    ],
  };
}

export function addAsset(state, fields) {
  const asset = { id: state.next, name: '', kind: 'host', reach: 'unknown', reach_source: null, criticality: null, data: [], scopes: [], networks: [], open: 0, top_priority: null, first_seen: state.at(40 * day), last_seen: state.at(6 * hour), os: null, demo: false, ...fields };
  state.next += 1;
  state.assets.push(asset);
  return asset;
}

export function addExposure(state, asset, fields) {
  const row = { id: state.next, weakness: '', title: '', asset: asset.name, asset_id: asset.id, locus: '', severity: 'unknown', priority: 10, priority_low: 5, priority_high: 40, band: 'low', ssvc: 'track', status: 'open', reach: asset.reach, kev: null, epss: null, first_seen: state.at(day), last_seen: state.at(hour), opened: state.at(day), sightings: 1, sources: ['trivy'], owner: null, demo: false, fix: null, command: '', ...fields };
  row.band = band(row.priority);
  state.next += 1;
  state.exposures.push(row);
  return row;
}

export function addEvent(state, kind, text, fields = {}) {
  const event = { seq: state.events.length + 1, at: new Date().toISOString(), actor: 'ada', kind, text, asset: null, exposure: null, run: null, count: null, ...fields };
  state.events.push(event);
  return event;
}

const parts = { critical: 3, high: 2, medium: 1, low: 0, unknown: 1 };

/** An installation that is in use: 140 assets, some 2,000 exposures, names of every kind. */
export function busyState(now = Date.now()) {
  const state = emptyState(now);
  state.attack = attackGraph(Number(process.env.BARTIZAN_MOCK_PLACES ?? 90));
  const r = random(7);
  const hostile = ['<script>alert(1)</script>', `very-long-${'name-'.repeat(2_000)}end`, 'خادم-السجلات-الطبية', 'infusion 💉 pump №7', '"quoted\\name"'];
  for (let i = 0; i < 140; i += 1) {
    const kind = r.pick(kinds);
    addAsset(state, {
      name: hostile[i - 5] ?? `${stems[kind]}-${String(i).padStart(3, '0')}`,
      kind,
      reach: r.pick(['internet', 'internal', 'internal', 'local', 'unknown']),
      reach_source: r.pick(['observed', 'declared', null]),
      criticality: r.pick(['low', 'medium', 'high', 'critical', null, null]),
      data: r.chance(0.3) ? ['phi'] : [],
      scopes: r.chance(0.3) ? ['Patient records'] : [],
      os: kind === 'host' ? r.pick(['Debian 12', 'Ubuntu 24.04', 'Windows Server 2022']) : null,
      last_seen: state.at(r.int(1, 200) * hour),
    });
  }
  for (const asset of state.assets) {
    for (let i = r.int(0, 26); i > 0; i -= 1) {
      const [weakness, title, severity, locus, epss, kev, fix, command] = r.pick(weaknesses);
      const score = Math.min(99, Math.max(2, parts[severity] * 22 + (asset.reach === 'internet' ? 24 : 0) + (kev ? 18 : 0) + r.int(-18, 10)));
      const unsure = asset.reach === 'unknown' || epss === null ? r.int(10, 25) : 3;
      addExposure(state, asset, {
        weakness, title, severity, locus, epss, kev, fix, command,
        priority: score, priority_low: Math.max(0, score - unsure), priority_high: Math.min(100, score + unsure),
        ssvc: score >= 80 ? 'act' : score >= 60 ? 'attend' : score >= 40 ? 'track*' : 'track',
        status: r.pick(['open', 'open', 'open', 'open', 'open', 'open', 'accepted', 'fixed', 'fixed', 'false-positive']),
        first_seen: state.at(r.int(2, 4_000) * hour), last_seen: state.at(r.int(1, 60) * hour),
        sightings: r.int(1, 4), sources: r.pick([['trivy'], ['nessus', 'trivy'], ['zap'], ['semgrep'], ['nessus'], ['bartizan']]),
        owner: r.pick([null, null, 'ada']),
      });
    }
  }
  for (let i = 0; i < 24; i += 1) {
    const kind = i % 6 === 5 ? 'discover' : 'import';
    addRun(state, {
      kind, source: r.pick(['trivy', 'nessus', 'zap', 'semgrep']), label: kind === 'discover' ? 'This host' : `report-${24 - i}.json`, state: i === 3 ? 'failed' : i === 0 ? 'running' : 'finished',
      started_at: state.at(i * 7 * hour + 60_000), finished_at: i === 0 ? null : state.at(i * 7 * hour), seconds: i === 0 ? null : r.int(1, 400) / 10, progress: i === 0 ? 0.42 : null,
      findings: r.int(20, 4_000), created: r.int(0, 60), updated: r.int(0, 40), unchanged: r.int(10, 900), closed: r.int(0, 20), assets: r.int(1, 90), bytes: r.int(10_000, 90_000_000),
      gaps: i % 5 === 1 ? 2 : 0, rejected: i % 7 === 2 ? 3 : 0, error: i === 3 ? 'The file ends in the middle: line 20,312 has no end.' : null,
    });
  }
  state.runs.sort((a, b) => b.started_at.localeCompare(a.started_at));
  addEvent(state, 'exposure', 'Log4Shell on portal-003 is proven fixed', { exposure: state.exposures[4].id, at: state.at(3 * hour), actor: 'bartizan' });
  addEvent(state, 'decision', '12 exposures accepted until 1 March: “replaced in spring”', { at: state.at(20 * hour) });
  state.scopes.push({ id: 1, name: 'Patient records', description: 'The electronic health record and what it rests on.', query: 'scope:"Patient records"', criticality: 'critical', data: ['phi'], crown_jewel: true, assets: 40 });
  state.views.push({ id: 1, name: 'Internet, exploited', query: 'status:open reach:internet kev:true', sort: '-priority' });
  return state;
}

export function addRun(state, fields) {
  const run = { id: state.next, kind: 'import', source: null, label: '', state: 'finished', started_at: new Date().toISOString(), finished_at: new Date().toISOString(), seconds: 0.2, findings: 0, created: 0, updated: 0, unchanged: 0, reopened: 0, closed: 0, assets: 0, suppressed: 0, rejected: 0, gaps: 0, bytes: 0, records: null, progress: null, error: null, ...fields };
  state.next += 1;
  state.runs.unshift(run);
  return run;
}
