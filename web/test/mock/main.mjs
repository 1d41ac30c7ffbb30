import { startMock } from './server.mjs';
import { busyState, emptyState } from './state.mjs';

// node test/mock/main.mjs [--busy] [PORT]: to look at the pages without the real server.
const busy = process.argv.includes('--busy');
const port = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 0);
const mock = await startMock(busy ? busyState() : emptyState(), port);
console.log(`listening on ${mock.url}\n${mock.setup}`);
