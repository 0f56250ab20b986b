import type { Draft } from './draft.ts'

/** Tasks that train on data of a person. */
export const dataTasks = ['tabular', 'image', 'text', 'audio'] as const
export type DataTask = (typeof dataTasks)[number]

const kindOfEnding: Readonly<Record<string, DataTask>> = {
  ...Object.fromEntries(
    ['csv', 'tsv', 'tab', 'xlsx', 'parquet', 'npy'].map(ending => [ending, 'tabular'] as const),
  ),
  ...Object.fromEntries(
    ['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff'].map(ending => [ending, 'image'] as const),
  ),
  ...{ wav: 'audio', txt: 'text' },
}

function endingOf(name: string): string {
  return /\.(?<ending>\w+)(?:\.gz)?$/.exec(name.toLowerCase())?.groups?.['ending'] ?? ''
}

/** The kind of data in files, by their names; null where those do not tell. */
export function taskOfNames(names: readonly string[]): DataTask | null {
  for (const name of names) {
    const task = kindOfEnding[endingOf(name)]
    if (task !== undefined) return task
  }
  return null
}

export function isStudyFileName(name: string): boolean {
  return ['yaml', 'yml', 'json'].includes(endingOf(name))
}

/** The objective that trains on a file or folder. */
export function objectiveOfData(task: DataTask, path: string): Draft {
  if (task === 'tabular') return { task, data: { file: path, target: '' } }
  if (task === 'text' && path !== '' && taskOfNames([path]) === 'tabular') {
    return { task, data: { source: { file: path, text: '', target: '' } } }
  }
  return { task, data: { source: { folders: path } } }
}

/** Without its folder. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? ''
}

/** A name for a study over a file: that of the file, without its folder and ending. */
export function nameOfData(path: string): string {
  return fileName(path)
    .replace(/(\.\w{1,8}){1,2}$/, '')
    .trim()
}

/** Pasted text that is a table: some lines with the same number of the same separator. */
export function looksLikeTable(text: string): boolean {
  const lines = text.trim().split(/\r?\n/).slice(0, 20)
  if (lines.length < 3) return false
  return ['\t', ';', ','].some(sign => {
    const counts = lines.map(line => line.split(sign).length)
    return (counts[0] ?? 0) > 1 && counts.every(count => count === counts[0])
  })
}
