import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routes } from './routes.mjs';
import { BadQuery } from './query.mjs';

/** A stand-in for the server, for the browser tests and for looking at pages; never part of the build. */

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };
const policy = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

export class Refused extends Error {
  constructor(status, code, message, extra = {}) {
    super(message);
    this.status = status;
    this.body = { error: { code, message, hint: null, request_id: '01JMOCKREQUESTID', ...extra } };
  }
}

/** Starts it on a free port (or the one given); answers its address and how to stop it. */
export async function startMock(state, port = 0) {
  const streams = new Set();
  const publish = (event) => {
    for (const stream of streams) stream.write(`id: ${event.seq}\nevent: change\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const server = createServer((request, response) => {
    answer(state, request, response, streams, publish).catch((error) => {
      const refused = error instanceof Refused ? error : error instanceof BadQuery ? new Refused(400, 'bad_query', error.message, { hint: 'Fields: severity, status, asset, …', span: error.span }) : new Refused(500, 'internal', String(error));
      response.writeHead(refused.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(refused.body));
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const stop = () => {
    for (const stream of streams) stream.end();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url, setup: `${url}/setup?token=${state.setup}`, stop };
}

async function answer(state, request, response, streams, publish) {
  const url = new URL(request.url, 'http://mock');
  if (!url.pathname.startsWith('/api/v1/')) return page(url.pathname, response);
  const path = url.pathname.slice('/api/v1'.length);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const raw = Buffer.concat(chunks).toString();
  const session = /bartizan_session=(\d+)/.exec(request.headers.cookie ?? '')?.[1];
  const user = state.users.find((one) => String(one.id) === session);
  if (path === '/events/stream') {
    if (!user) throw new Refused(401, 'unauthenticated', 'You are not signed in.');
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }).write(': hello\n\n');
    streams.add(response);
    request.on('close', () => streams.delete(response));
    return;
  }
  for (const [method, pattern, handler, open] of routes) {
    const match = method === request.method ? pattern.exec(path) : null;
    if (!match) continue;
    if (!open && !user) throw new Refused(401, 'unauthenticated', 'You are not signed in.');
    if (!open && request.method !== 'GET' && request.headers['x-bartizan-csrf'] !== 'mock-csrf') throw new Refused(403, 'csrf', 'The call lacks its check value.');
    const json = request.headers['content-type'] === 'application/json' && raw !== '' ? JSON.parse(raw) : undefined;
    const result = await handler({ state, user, id: Number(match[1]), name: match[1], query: Object.fromEntries(url.searchParams), body: json, raw, publish, Refused });
    const { status = 200, headers = {}, text, data } = result ?? { status: 204 };
    response.writeHead(status, { ...(text === undefined && status !== 204 ? { 'Content-Type': 'application/json' } : {}), ...headers });
    response.end(status === 204 ? undefined : (text ?? JSON.stringify(data)));
    return;
  }
  throw new Refused(404, 'not_found', 'There is nothing here.');
}

async function page(path, response) {
  const clean = normalize(path).replace(/^(\.\.[/\\])+/, '');
  // As the server does: what lies under static/ is a file of the build, never a page.
  const wanted = extname(clean) === '' && !clean.startsWith('/static/') ? 'index.html' : clean;
  try {
    const content = await readFile(join(dist, wanted));
    response.writeHead(200, { 'Content-Type': types[extname(wanted)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' }).end(content);
  } catch {
    response.writeHead(404).end('not found');
  }
}
