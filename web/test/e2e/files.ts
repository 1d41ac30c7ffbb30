import { crc32 } from 'node:zlib';
import type { Page } from '@playwright/test';

/** A file as a test hands it over. */
export interface TestFile {
  name: string;
  text: string;
}

/** Where a code check found something: the file, the line, and what stands there. */
export type Spot = [file: string, line: number, code?: string];

/** A report of a code check by one rule, about SQL injection where nothing else is said; the first `suppressed` are set aside in the code. */
export function report(tool: string, rule: string, spots: Spot[], suppressed = 0): string {
  const results = spots.map(([uri, startLine, text], index) => ({
    ruleId: rule,
    level: 'error',
    message: { text: `${rule} is broken` },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine, ...(text && { snippet: { text } }) } } }],
    ...(index < suppressed && { suppressions: [{ kind: 'inSource' }] }),
  }));
  const rules = [{ id: rule, shortDescription: { text: `${rule} is broken` }, properties: { tags: ['security', 'external/cwe/cwe-89'] } }];
  return JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: tool, rules } }, results }] });
}

/** So many spots, each in a file of its own. */
export function spots(count: number): Spot[] {
  return Array.from({ length: count }, (_, index) => [`src/file${index + 1}.py`, 10]);
}

/** Drops files on the page, all at once. */
export async function drop(page: Page, files: TestFile[]): Promise<void> {
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const file of given) data.items.add(new File([file.text], file.name));
    return data;
  }, files);
  await page.getByTestId('drop').dispatchEvent('drop', { dataTransfer: transfer });
}

/** A zip archive whose files are stored as they are. */
export function zip(files: TestFile[]): Buffer {
  const parts: Buffer[] = [];
  const index: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const [name, data] = [Buffer.from(file.name), Buffer.from(file.text)];
    // Version 2.0, names in UTF-8, stored, the first day that the format knows.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    index.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, rest, name]));
    parts.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(index);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end]);
}
