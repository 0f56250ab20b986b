import { desktopBridge } from '../bridge/desktop.ts'

/** A file that a person dropped, pasted or chose. */
export interface TakenFile {
  readonly file: File
  /** Its path from the folder that was taken, that folder first; empty for a file by itself. */
  readonly within: string
}

export function aloneFiles(files: Iterable<File>): readonly TakenFile[] {
  return [...files].map(file => ({ file, within: '' }))
}

/** The files of a folder picker, without hidden ones. */
export function filesOfFolder(files: Iterable<File>): readonly TakenFile[] {
  return [...files]
    .filter(({ name }) => !isHidden(name))
    .map(file => ({ file, within: file.webkitRelativePath }))
}

/** The files that were dropped; of folders all within, without hidden ones. On the desktop a folder stays one, for its path is known there. */
export async function readDroppedFiles(transfer: DataTransfer): Promise<readonly TakenFile[]> {
  if (desktopBridge !== null) return aloneFiles(transfer.files)
  // The list of items is empty after the first wait.
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map(item => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const all = await Promise.all(
    entries.map(async ({ entry, file }) => {
      if (entry?.isDirectory === true)
        return filesWithin(entry as FileSystemDirectoryEntry, entry.name)
      return file === null ? [] : aloneFiles([file])
    }),
  )
  return all.flat()
}

async function filesWithin(
  folder: FileSystemDirectoryEntry,
  within: string,
): Promise<readonly TakenFile[]> {
  const entries = await entriesOf(folder)
  const all = await Promise.all(
    entries
      .filter(({ name }) => !isHidden(name))
      .map(async (entry): Promise<readonly TakenFile[]> => {
        const at = `${within}/${entry.name}`
        if (entry.isDirectory) return filesWithin(entry as FileSystemDirectoryEntry, at)
        return [{ file: await fileOf(entry as FileSystemFileEntry), within: at }]
      }),
  )
  return all.flat()
}

/** A reader gives its entries by the hundred, at last none. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject)
    })
    if (some.length === 0) return all
    all.push(...some)
  }
}

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject)
  })
}

function isHidden(name: string): boolean {
  return name.startsWith('.')
}
