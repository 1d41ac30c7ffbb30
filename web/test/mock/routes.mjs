import { attackOn, change, comparedSince, entriesOf, planOf, stepsBetween, summaryOf, throughOf, whatIf } from './attack.mjs';
import { fields, parse } from './query.mjs';
import { absorb, readReport } from './reports.mjs';
import { addEvent, addRun } from './state.mjs';
import { assetGet, assetOf, assetRow, decisionOf, exposureGet, exposureOf, facets, overviewOf, rowOf, runOf } from './views.mjs';

const ok = (data) => ({ data });
const session = (user) => ({ status: 200, headers: { 'Set-Cookie': `bartizan_session=${user.id}; HttpOnly; SameSite=Strict; Path=/` }, data: { user: { id: user.id, name: user.name, role: user.role }, csrf: 'mock-csrf' } });
const one = (list, id, Refused, what) => {
  const found = list.find((item) => item.id === id);
  if (!found) throw new Refused(404, 'not_found', `There is no ${what} ${id}.`, { hint: 'It may have been merged; search for its asset.' });
  return found;
};
const people = ({ password: _password, ...user }) => user;

function page(rows, { sort = '-priority', limit = 50, after }) {
  const down = sort.startsWith('-');
  const field = down ? sort.slice(1) : sort;
  const value = (row) => (field === 'severity' ? ['unknown', 'info', 'low', 'medium', 'high', 'critical'].indexOf(row.severity) : (row[field] ?? ''));
  const sorted = [...rows].sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (down ? -1 : 1) || a.id - b.id);
  const start = after ? sorted.findIndex((row) => row.id === Number(after)) + 1 : 0;
  const items = sorted.slice(start, start + Number(limit));
  return { total: rows.length, items, next: start + items.length < sorted.length ? String(items.at(-1).id) : null };
}

const matching = ({ state, user }, q) => state.exposures.filter(parse((q ?? '').replaceAll('owner:me', `owner:${user.name}`), exposureGet(state)));
const targets = (call) => (call.body.ids ? call.state.exposures.filter((row) => call.body.ids.includes(row.id)) : matching(call, call.body.q));
const assets = (state) => state.assets.map((asset) => assetRow(state, asset));

/** method, path, handler, whether it is open to everyone */
export const routes = [
  ['GET', /^\/setup$/, ({ state }) => ok({ needed: state.users.length === 0 }), true],
  ['POST', /^\/setup$/, ({ state, body, Refused }) => {
    if (body.token !== state.setup || state.users.length > 0) throw new Refused(403, 'forbidden', 'This set-up link was used or is wrong.', { hint: 'Start the server again for a new one.' });
    const user = { id: 1, name: body.name, role: 'admin', disabled: false, created_at: state.at(0), last_login: state.at(0), password: body.password };
    state.users.push(user);
    return session(user);
  }, true],
  ['POST', /^\/session$/, ({ state, body, Refused }) => {
    const user = state.users.find((each) => each.name === body.name && each.password === body.password && !each.disabled);
    if (!user) throw new Refused(401, 'unauthenticated', 'Name or password is wrong.', { hint: 'Mind capital letters.' });
    return session(user);
  }, true],
  ['GET', /^\/session$/, ({ user }) => session(user)],
  ['DELETE', /^\/session$/, () => ({ status: 204, headers: { 'Set-Cookie': 'bartizan_session=; Path=/; Max-Age=0' } })],
  ['POST', /^\/session\/password$/, ({ user, body, Refused }) => {
    if (user.password !== body.current) throw new Refused(401, 'unauthenticated', 'The password so far is wrong.');
    user.password = body.new;
    return session(user);
  }],
  ['GET', /^\/overview$/, ({ state }) => ok(overviewOf(state))],

  ['GET', /^\/attack$/, ({ state }) => ok(summaryOf(state.attack))],
  ['GET', /^\/attack\/graph$/, ({ state }) => ok(state.attack)],
  ['GET', /^\/attack\/steps$/, ({ state, query }) => ok(stepsBetween(state.attack, query))],
  ['GET', /^\/attack\/entries$/, ({ state }) => ok(entriesOf(state))],
  ['PATCH', /^\/attack\/entries\/([a-z-]+)$/, ({ state, name, body, user, publish, Refused }) => {
    const entry = entriesOf(state).find((one) => one.entry === name);
    if (!entry) throw new Refused(404, 'not_found', `There is no entry ${name}.`);
    const changed = change(state, name, { on: body.on ?? entry.on, chance: body.chance ?? entry.chance, by: user.name, at: new Date().toISOString() });
    publish(addEvent(state, 'entry.changed', `${entry.title} was set`));
    return ok(changed);
  }],
  ['DELETE', /^\/attack\/entries\/([a-z-]+)$/, ({ state, name, publish }) => {
    const changed = change(state, name, null);
    publish(addEvent(state, 'entry.changed', `${changed.title} is estimated again`));
    return ok(changed);
  }],
  ['GET', /^\/attack\/compare$/, ({ state, query, Refused }) => {
    if (Number.isNaN(Date.parse(query.since))) throw new Refused(400, 'bad_request', `\`since\` is no day: \`${query.since}\`.`, { hint: 'Write a day of the past, such as 2026-03-31.' });
    return ok(comparedSince(state.attack, query.since));
  }],
  ['GET', /^\/attack\/plan$/, ({ state }) => ok(planOf(state.attack))],
  ['POST', /^\/attack\/cut$/, ({ state }) => ok({ ...whatIf(state.attack, ['a', 'b']), fixes: planOf(state.attack).stages.map((stage) => stage.fix), cost: 6, lower_bound: 6, unseverable: [] })],
  ['POST', /^\/attack\/whatif$/, ({ state, body }) => ok(whatIf(state.attack, body.fixes))],
  ['GET', /^\/attack\/exposures\/(\d+)$/, ({ state }) => ok(throughOf(state.attack))],
  ['GET', /^\/attack\/assets\/(\d+)$/, ({ state, id, Refused }) => {
    const found = attackOn(state.attack, id);
    if (!found) throw new Refused(404, 'not_found', 'This asset is not in the graph.');
    return ok(found);
  }],

  ['GET', /^\/exposures$/, (call) => {
    const list = page(matching(call, call.query.q), call.query);
    return ok({ ...list, items: list.items.map(rowOf) });
  }],
  ['GET', /^\/exposures\/facets$/, (call) => ok({ facets: facets(matching(call, call.query.q), exposureGet(call.state), [['band', 'Band'], ['severity', 'Severity'], ['status', 'Status'], ['reach', 'Reach'], ['kev', 'Exploited'], ['owner', 'Owner'], ['source', 'Seen by'], ['kind', 'Kind of asset'], ['asset', 'Asset']]) })],
  ['GET', /^\/exposures\/export$/, (call) => {
    const { query } = call;
    const rows = matching(call, query.q).map(rowOf);
    const text = query.format === 'json' ? JSON.stringify(rows) : ['id,title,asset', ...rows.map((row) => `${row.id},"${row.title}","${row.asset.replaceAll('"', '""')}"`)].join('\r\n');
    return { text, headers: { 'Content-Type': query.format === 'json' ? 'application/json' : 'text/csv', 'Content-Disposition': `attachment; filename="exposures.${query.format}"` } };
  }],
  ['GET', /^\/exposures\/(\d+)$/, ({ state, id, Refused }) => ok(exposureOf(state, one(state.exposures, id, Refused, 'exposure')))],
  ['GET', /^\/exposures\/alike$/, () => ok({ items: [], next: null })],
  ['GET', /^\/exposures\/(\d+)\/together$/, () => ok({ members: [], proposals: [], apart: [] })],
  ['POST', /^\/exposures\/(\d+)\/comments$/, ({ state, id, body, user, publish }) => {
    const comment = { id: state.next, exposure: id, at: new Date().toISOString(), by: user.name, text: body.text };
    state.next += 1;
    state.comments.push(comment);
    publish(addEvent(state, 'comment', 'Comment added', { exposure: id }));
    return ok(comment);
  }],
  ['POST', /^\/decisions\/preview$/, (call) => {
    const rows = targets(call);
    return ok({ count: rows.length, by_status: rows.reduce((all, row) => ({ ...all, [row.status]: (all[row.status] ?? 0) + 1 }), {}), sample: rows.slice(0, 5).map(rowOf) });
  }],
  ['POST', /^\/decisions$/, (call) => {
    const { state, body, user, publish } = call;
    const rows = targets(call);
    const decision = { id: state.next, verdict: body.verdict, by: user.name, at: new Date().toISOString(), until: body.until ?? null, reason: body.reason, revoked_at: null, exposures: rows.map((row) => row.id), before: rows.map((row) => row.status) };
    state.next += 1;
    state.decisions.push(decision);
    for (const row of rows) row.status = body.verdict;
    publish(addEvent(state, 'decision', `${rows.length} exposures: ${body.verdict}`, { count: rows.length }));
    return ok({ decision: decisionOf(decision), count: rows.length });
  }],
  ['DELETE', /^\/decisions\/(\d+)$/, ({ state, id, publish, Refused }) => {
    const decision = one(state.decisions, id, Refused, 'decision');
    decision.revoked_at = new Date().toISOString();
    decision.exposures.forEach((exposure, index) => {
      one(state.exposures, exposure, Refused, 'exposure').status = decision.before[index];
    });
    publish(addEvent(state, 'decision', 'A decision was undone'));
    return null;
  }],

  ['GET', /^\/people$/, ({ state }) => ok(state.users.filter((each) => !each.disabled).map(({ id, name }) => ({ id, name })))],
  ['POST', /^\/assignments\/preview$/, (call) => {
    const rows = targets(call);
    const by_owner = rows.filter((row) => row.owner !== null).reduce((all, row) => ({ ...all, [row.owner]: (all[row.owner] ?? 0) + 1 }), {});
    return ok({ count: rows.length, by_owner, unowned: rows.filter((row) => row.owner === null).length, sample: rows.slice(0, 5).map(rowOf) });
  }],
  ['POST', /^\/assignments$/, (call) => {
    const { state, body, user, publish } = call;
    const rows = targets(call);
    const assignment = { id: state.next, owner: body.owner, by: user.name, at: new Date().toISOString(), undone_at: null, exposures: rows.map((row) => row.id), before: rows.map((row) => row.owner) };
    state.next += 1;
    state.assignments.push(assignment);
    for (const row of rows) row.owner = body.owner;
    publish(addEvent(state, 'exposure.assigned', `${rows.length} exposures: assigned`, { count: rows.length }));
    return { status: 201, data: decisionOf(assignment) };
  }],
  ['DELETE', /^\/assignments\/(\d+)$/, ({ state, id, publish, Refused }) => {
    const assignment = one(state.assignments, id, Refused, 'assignment');
    assignment.undone_at = new Date().toISOString();
    assignment.exposures.forEach((exposure, index) => {
      one(state.exposures, exposure, Refused, 'exposure').owner = assignment.before[index];
    });
    publish(addEvent(state, 'exposure.assigned', 'An assignment was undone'));
    return ok({ count: assignment.exposures.length });
  }],

  ['GET', /^\/assets$/, ({ state, query }) => ok(page(assets(state).filter(parse(query.q ?? '', assetGet)), { ...query, sort: query.sort ?? '-top_priority' }))],
  ['GET', /^\/assets\/facets$/, ({ state, query }) => ok({ facets: facets(assets(state).filter(parse(query.q ?? '', assetGet)), assetGet, [['kind', 'Kind'], ['reach', 'Reach'], ['criticality', 'Criticality'], ['scope', 'Scope']]) })],
  ['GET', /^\/assets\/(\d+)$/, ({ state, id, Refused }) => ok(assetOf(state, one(state.assets, id, Refused, 'asset')))],
  ['PATCH', /^\/assets\/(\d+)$/, ({ state, id, body, publish, Refused }) => {
    const asset = Object.assign(one(state.assets, id, Refused, 'asset'), body, body.reach ? { reach_source: 'declared' } : {});
    for (const row of state.exposures.filter((each) => each.asset_id === id)) row.reach = asset.reach;
    publish(addEvent(state, 'asset', `${asset.name} was valued`, { asset: id }));
    return ok(assetOf(state, asset));
  }],
  ['POST', /^\/assets\/(\d+)\/notes$/, ({ state, id, body, user, publish }) => {
    const note = { id: state.next, asset: id, at: new Date().toISOString(), by: user.name, text: body.text };
    state.next += 1;
    state.notes.push(note);
    publish(addEvent(state, 'note.added', 'A note was written', { asset: id }));
    return ok(note);
  }],
  ['POST', /^\/assets\/(\d+)\/merge$/, ({ state, id, body, Refused }) => {
    const [asset, other] = [id, body.other].map((each) => one(state.assets, each, Refused, 'asset'));
    state.merges.push({ id: state.next, at: new Date().toISOString(), into: id, into_name: asset.name, by: 'ada', from: other.id, from_name: other.name, reasons: [body.reason], split_at: null });
    state.next += 1;
    return ok(assetOf(state, asset));
  }],
  ['POST', /^\/merges\/(\d+)\/split$/, ({ state, id, Refused }) => {
    const merge = one(state.merges, id, Refused, 'merge');
    merge.split_at = new Date().toISOString();
    return ok(assetOf(state, one(state.assets, merge.into, Refused, 'asset')));
  }],

  ['GET', /^\/runs$/, ({ state, query }) => ok(page(state.runs, { ...query, sort: '-started_at' }))],
  ['GET', /^\/runs\/(\d+)$/, ({ state, id, Refused }) => ok(runOf(state, one(state.runs, id, Refused, 'run')))],
  ['POST', /^\/imports$/, ({ state, query, raw, publish, Refused }) => {
    const report = readReport(raw);
    if (!report) throw new Refused(400, 'bad_request', `The format of ${query.name} is not recognised.`, { hint: 'Say the format, or see the list of what is understood.' });
    const run = addRun(state, { source: report.source, label: query.name, bytes: raw.length, ...absorb(state, report) });
    publish(addEvent(state, 'import', `${query.name} imported: ${run.findings} findings, ${run.created} new`, { run: run.id }));
    return { status: 202, data: { run: run.id, files: [{ name: query.name, run: run.id }] } };
  }],
  ['POST', /^\/imports\/(\d+)\/cancel$/, ({ state, id, Refused }) => {
    one(state.runs, id, Refused, 'run').state = 'cancelled';
    return null;
  }],
  ['POST', /^\/discover\/host$/, ({ state, publish }) => {
    const run = addRun(state, { kind: 'discover', source: 'bartizan', label: 'This host', gaps: 1 });
    publish(addEvent(state, 'discover', 'This host was looked at', { run: run.id }));
    return { status: 202, data: { run: run.id } };
  }],
  ['GET', /^\/formats$/, () => ok([
    { id: 'trivy', name: 'Trivy', summary: 'Images, file systems and repositories.', extensions: ['.json'] },
    { id: 'sarif', name: 'SARIF', summary: 'Semgrep, CodeQL and most code checks.', extensions: ['.sarif', '.json'] },
    { id: 'nessus', name: 'Nessus', summary: 'Network scans of Tenable.', extensions: ['.nessus'] },
    { id: 'cyclonedx', name: 'CycloneDX', summary: 'Bills of materials.', extensions: ['.json', '.xml'] },
  ])],
  ['GET', /^\/feeds$/, ({ state }) => ok({ feeds: state.feeds, can_sync: true })],
  ['POST', /^\/feeds$/, ({ state, query, publish }) => {
    const feed = Object.assign(state.feeds.find((each) => query.name.includes(each.name)) ?? state.feeds[0], { loaded_at: new Date().toISOString(), as_of: new Date().toISOString(), complete: true, stale: false, problems: [], records: 120 });
    publish(addEvent(state, 'feed', `${feed.title} was loaded`));
    return ok(feed);
  }],
  ['GET', /^\/events$/, ({ state }) => ok({ total: state.events.length, items: state.events, next: null })],

  ['GET', /^\/scopes$/, ({ state }) => ok(state.scopes)],
  ['POST', /^\/scopes$/, ({ state, body }) => {
    const scope = { id: state.next, description: '', criticality: null, data: [], crown_jewel: false, assets: assets(state).filter(parse(body.query, assetGet)).length, ...body };
    state.next += 1;
    state.scopes.push(scope);
    return ok(scope);
  }],
  ['PATCH', /^\/scopes\/(\d+)$/, ({ state, id, body, Refused }) => ok(Object.assign(one(state.scopes, id, Refused, 'scope'), body))],
  ['DELETE', /^\/scopes\/(\d+)$/, ({ state, id }) => {
    state.scopes = state.scopes.filter((each) => each.id !== id);
    return null;
  }],
  ['GET', /^\/users$/, ({ state }) => ok(state.users.map(people))],
  ['POST', /^\/users$/, ({ state, body, Refused }) => {
    if (state.users.some((each) => each.name === body.name)) throw new Refused(409, 'conflict', `There is a person named ${body.name} already.`);
    const user = { id: state.next, disabled: false, created_at: new Date().toISOString(), last_login: null, ...body };
    state.next += 1;
    state.users.push(user);
    return ok(people(user));
  }],
  ['PATCH', /^\/users\/(\d+)$/, ({ state, id, body, Refused }) => ok(people(Object.assign(one(state.users, id, Refused, 'person'), body)))],
  ['DELETE', /^\/users\/(\d+)$/, ({ state, id }) => {
    state.users = state.users.filter((each) => each.id !== id);
    return null;
  }],
  ['GET', /^\/tokens$/, ({ state }) => ok(state.tokens)],
  ['POST', /^\/tokens$/, ({ state, body }) => {
    const token = { id: state.next, name: body.name, role: body.role ?? 'viewer', created_at: new Date().toISOString(), expires: body.expires ?? null, last_used: null };
    state.next += 1;
    state.tokens.push(token);
    return ok({ ...token, token: 'btz_mock_0123456789abcdef' });
  }],
  ['DELETE', /^\/tokens\/(\d+)$/, ({ state, id }) => {
    state.tokens = state.tokens.filter((each) => each.id !== id);
    return null;
  }],
  ['GET', /^\/views$/, ({ state }) => ok(state.views)],
  ['POST', /^\/views$/, ({ state, body }) => {
    const view = { id: state.next, ...body };
    state.next += 1;
    state.views.push(view);
    return ok(view);
  }],
  ['DELETE', /^\/views\/(\d+)$/, ({ state, id }) => {
    state.views = state.views.filter((each) => each.id !== id);
    return null;
  }],
  ['GET', /^\/query\/fields$/, () => ok(fields)],
  ['DELETE', /^\/demo$/, () => null],
];
