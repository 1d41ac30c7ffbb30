// Makes src/api/schema.ts from the server's OpenAPI document; with --check it only says whether it is current.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../crates/server/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.ts', import.meta.url);
const check = process.argv.includes('--check');

if (!existsSync(source)) {
  console.error(`${fileURLToPath(source)} is not there: it is made by the server's tests.`);
  process.exit(1);
}
const head = '// Made by `npm run api` from crates/server/openapi.json. Do not edit.\n\n';
const text = head + astToString(await openapiTS(source, { alphabetize: true }));
const had = existsSync(target) ? readFileSync(target, 'utf8') : '';
if (text === had) console.log('src/api/schema.ts is current.');
else if (check) {
  console.error('src/api/schema.ts is stale: run `npm --prefix web run api` and commit it.');
  process.exit(1);
} else {
  writeFileSync(target, text);
  console.log('src/api/schema.ts is made anew.');
}
