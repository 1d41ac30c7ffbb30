/** A file that a person handed over, and its path below the folder that was dropped or chosen. */
export interface Given {
  file: File;
  path: string;
}

/** What was handed over, and what of it was left out. */
export interface Handed {
  files: Given[];
  /** Files and folders that systems and tools hide: `.git`, `.DS_Store`. */
  hidden: number;
  /** Folders and files that the browser was not let into. */
  unread: string[];
}

/** More files than this are no folder of reports. */
export const mostFiles = 2_000;

/** Whether something below the chosen folder is hidden. */
const isHidden = (path: string) => path.split('/').slice(1).some((part) => part.startsWith('.'));

/** The files that a button gave; those of a folder bring their path. */
export function chosen(list: FileList | null): Handed {
  const all = [...(list ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  // A file that was chosen by itself is meant, whatever its name.
  const files = all.filter(({ file, path }) => file.webkitRelativePath === '' || !isHidden(path));
  return { files, hidden: all.length - files.length, unread: [] };
}

/** The files that were dropped, with those in dropped folders. What is dropped is only there until the event has passed. */
export function dropped(data: DataTransfer): Promise<Handed> {
  const items = [...data.items].filter((item) => item.kind === 'file');
  const roots = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const handed: Handed = { files: [], hidden: 0, unread: [] };
  return (async () => {
    for (const { entry, file } of roots) {
      if (entry?.isDirectory) await walk(entry as FileSystemDirectoryEntry, handed);
      else if (file) handed.files.push({ file, path: file.name });
    }
    return handed;
  })();
}

async function walk(folder: FileSystemDirectoryEntry, handed: Handed): Promise<void> {
  const reader = folder.createReader();
  try {
    // A reader hands over some at a time, and nothing at the end.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0 || handed.files.length > mostFiles) return;
      for (const entry of some.sort((a, b) => a.name.localeCompare(b.name))) await take(entry, handed);
    }
  } catch {
    handed.unread.push(folder.fullPath.slice(1));
  }
}

async function take(entry: FileSystemEntry, handed: Handed): Promise<void> {
  if (entry.name.startsWith('.')) handed.hidden += 1;
  else if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, handed);
  else if (handed.files.length <= mostFiles) {
    const path = entry.fullPath.slice(1);
    try {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      handed.files.push({ file, path });
    } catch {
      handed.unread.push(path);
    }
  }
}

/**
 * What a report of a folder is about that names nothing: its path there. A folder that holds all of them says nothing, and may
 * be a date. A file by itself is left to the server, which takes its name.
 */
export function about(path: string, all: readonly Given[]): string | undefined {
  if (!path.includes('/')) return undefined;
  const top = path.slice(0, path.indexOf('/') + 1);
  const below = all.every((one) => one.path.startsWith(top)) ? path.slice(top.length) : path;
  return below.replace(/(?<=[^/])\.[^./]+$/, '');
}
