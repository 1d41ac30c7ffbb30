import { describe, expect, it } from 'vitest';
import { about, chosen } from '../../src/lib/given';

const given = (...paths: string[]) => paths.map((path) => ({ file: new File([], path), path }));

/** A file as a button for folders gives it. */
function below(path: string): File {
  const file = new File(['x'], path.slice(path.lastIndexOf('/') + 1));
  return Object.defineProperty(file, 'webkitRelativePath', { value: path });
}

describe('what a report is about', () => {
  it('is its path in the folder, whatever lies beside it', () => {
    const all = given('all/shop/scan.sarif', 'all/mail/zap.xml');
    expect(all.map(({ path }) => about(path, all))).toEqual(['shop/scan', 'mail/zap']);
  });
  it('has the names of several folders in it, and of a file by itself the server says it', () => {
    const all = given('shop/scan.sarif', 'mail/scan.sarif', 'zap.xml');
    expect(all.map(({ path }) => about(path, all))).toEqual(['shop/scan', 'mail/scan', undefined]);
  });
  it('keeps dots of folders and hidden names', () => {
    const all = given('v1.2/scan', 'v1.3/.scan');
    expect(all.map(({ path }) => about(path, all))).toEqual(['v1.2/scan', 'v1.3/.scan']);
  });
});

describe('a chosen folder', () => {
  it('leaves out what is hidden below it, and a file chosen by itself is taken whatever its name', () => {
    const list = [below('.reports/a.json'), below('.reports/.git/config'), below('.reports/b/.DS_Store'), new File(['x'], '.hidden.json')];
    const handed = chosen(list as unknown as FileList);
    expect(handed.files.map(({ path }) => path)).toEqual(['.reports/a.json', '.hidden.json']);
    expect(handed.hidden).toBe(2);
  });
});
