import { mkdir, writeFile } from 'node:fs/promises';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** The build empties dist/; the file that keeps the folder in git is put back. */
const keepFolder = {
  name: 'keep-dist-in-git',
  apply: 'build' as const,
  async closeBundle() {
    await mkdir('dist', { recursive: true });
    await writeFile('dist/.gitignore', '*\n!.gitignore\n');
  },
};

const server = process.env.BARTIZAN_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), keepFolder],
  build: { target: 'es2022', assetsDir: 'static', assetsInlineLimit: 0, manifest: true, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': server, '/healthz': server } },
  test: { include: ['test/unit/**/*.test.ts'], environment: 'node' },
});
