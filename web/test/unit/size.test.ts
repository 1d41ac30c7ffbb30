import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const manifest = 'dist/.vite/manifest.json';

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

describe.skipIf(!existsSync(manifest))('the build', () => {
  it('loads less than 200 KiB of compressed script before the route', () => {
    const chunks = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, Chunk>;
    const files = new Set<string>();
    const add = (name: string) => {
      const chunk = chunks[name];
      if (!chunk || files.has(chunk.file)) return;
      files.add(chunk.file);
      chunk.imports?.forEach(add);
    };
    for (const [name, chunk] of Object.entries(chunks)) if (chunk.isEntry) add(name);
    const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`)).length, 0);
    expect(files.size).toBeGreaterThan(0);
    expect(size).toBeLessThan(200 * 1024);
  });

  it('has no script or style inside the page, which the policy would refuse', () => {
    const page = readFileSync('dist/index.html', 'utf8');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=/);
  });
});
