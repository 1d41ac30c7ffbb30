import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The real server with data of its own: none, or the demo's. */
export async function startBinary(binary, filled) {
  const data = await mkdtemp(join(tmpdir(), 'bartizan-e2e-'));
  if (filled) await promisify(execFile)(binary, ['--data', data, 'demo']);
  const child = spawn(binary, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--collect-every', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const { url, setup } = await readLinks(child);
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return { url, setup, stop };
}

/** Where it listens, and the link of the first set-up with its one-time token. */
function readLinks(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const read = (chunk) => {
      said += chunk.toString();
      const url = /listening on (http:\/\/\S+)/.exec(said)?.[1];
      const setup = /(http:\/\/\S+\/setup\?token=\S+)/.exec(said)?.[1];
      if (url && setup) resolve({ url, setup });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', (chunk) => {
      said += chunk.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
}
