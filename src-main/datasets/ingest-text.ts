import { unknownName } from '../core/values/closest-name.ts'
import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import path from 'node:path'
import type { TextFolders, TextTable } from '../core/data/text-source.ts'
import type { ArrayFile } from './array-file.ts'
import { labelArrays, sortIntoClasses } from './class-files.ts'
import { type DatasetDraft, type NewDataset, type NewArray } from './dataset-draft.ts'
import { DuplicateFinder } from './find-duplicates.ts'
import { Int32List } from './int32-list.ts'
import { type SourceEntry } from './source-entry.ts'
import { SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'
import { readTableRecords } from './table-records.ts'
import { TextCodes } from './text-numbers.ts'

export const textExtensions = ['.txt', '.text', '.md', '.eml']
const MAX_CLASSES = 1_000

/**
 * Reads text files that are sorted into folders, one per class.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` naming the file
 */
export async function ingestTextFolders(
  source: TextFolders,
  entries: readonly SourceEntry[],
  draft: DatasetDraft,
): Promise<NewDataset> {
  const classFiles = sortIntoClasses(source, entries, textExtensions)
  const { files } = classFiles
  const texts = new TextArray(source.folders, draft)
  for (const file of files) texts.add(decodeText(file.path, await file.read(), source.encoding))
  return {
    kind: 'text',
    properties: {
      ...classFiles.properties,
      texts: files.length,
      duplicateRows: texts.duplicates.count,
    },
    schema: classFiles.schema,
    arrays: [...texts.arrays(), ...labelArrays(classFiles, 'labels'), ...texts.duplicates.arrays()],
  }
}

/**
 * Reads a table with a column of texts and a column of classes.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` with the line
 */
export async function ingestTextTable(source: TextTable, draft: DatasetDraft): Promise<NewDataset> {
  const texts = new TextArray(source.file, draft)
  const labels = new TextCodes()
  const groups = new TextCodes()
  let columns: { text: number; target: number; group: number | null } | null = null
  await readTableRecords({
    path: source.file,
    field: 'objective.data.source.file',
    format: { ...source, decimal: '.' },
    missing: [''],
    onRecord: (fields, line) => {
      if (columns === null) {
        columns = findColumns(source, fields)
        return
      }
      const label = (fields[columns.target] ?? '').trim()
      if (label === '')
        throw invalidData(source.file, source.target, '', msg('rule.everyRow'), line)
      texts.add(fields[columns.text] ?? '')
      labels.add(label)
      if (columns.group !== null) groups.add((fields[columns.group] ?? '').trim())
    },
  })
  const { texts: classNames, codes, counts } = labels.sorted()
  if (classNames.length < 2 || classNames.length > MAX_CLASSES) {
    const rule = msg('rule.classes', { low: 2, high: MAX_CLASSES })
    throw invalidData(source.file, source.target, classNames.length, rule)
  }
  const grouped = source.group === undefined ? null : groups.sorted()
  const shape = [codes.length]
  return {
    kind: 'text',
    properties: {
      source: path.basename(source.file),
      classes: classNames.length,
      texts: codes.length,
      duplicateRows: texts.duplicates.count,
      ...(grouped === null ? {} : { groups: grouped.texts.length }),
    },
    schema: {
      classNames,
      classCounts: counts,
      testClassCounts: null,
      groupCounts: grouped?.counts ?? null,
    },
    arrays: [
      ...texts.arrays(),
      { name: 'labels', data: codes, shape },
      ...(grouped === null ? [] : [{ name: 'groups', data: grouped.codes, shape }]),
      ...texts.duplicates.arrays(),
    ],
  }
}

/** @throws AppError `data.invalid` if the bytes are not in the encoding */
export function decodeText(path: string, content: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content)
  } catch {
    const rule = msg('rule.encoding', { encoding, setting: 'objective.data.source.encoding' })
    throw invalidData(path, 'encoding', encoding, rule)
  }
}

function findColumns(source: TextTable, header: readonly string[]) {
  const names = header.map(name => name.trim())
  const find = (setting: string, name: string) => {
    const index = names.indexOf(name)
    if (index >= 0 && names.indexOf(name, index + 1) < 0) return index
    throw invalidData(
      source.file,
      `objective.data.source.${setting}`,
      name,
      index < 0 ? unknownName('column', name, names) : msg('rule.oneColumn'),
    )
  }
  return {
    text: find('text', source.text),
    target: find('target', source.target),
    group: source.group === undefined ? null : find('group', source.group),
  }
}

/** Texts one after the other as UTF-8 in a draft: `texts` (bytes) and `offsets` (int32, rows + 1). */
class TextArray {
  readonly duplicates = new DuplicateFinder()
  readonly #encoder = new TextEncoder()
  readonly #offsets = new Int32List()
  readonly #file: ArrayFile<'uint8'>
  readonly #path: string

  /** @param path names the source in errors */
  constructor(path: string, draft: DatasetDraft) {
    this.#path = path
    this.#file = draft.array('texts', 'uint8')
    this.#offsets.push(0)
  }

  /** @throws AppError `data.invalid` if all texts together are too long */
  add(text: string): void {
    const bytes = this.#encoder.encode(text)
    const total = this.#file.length + bytes.length
    if (total > SOURCE_FILE_LIMIT_BYTES) {
      const rule = msg('rule.bytes.atMost', { limit: SOURCE_FILE_LIMIT_BYTES, of: 'text' })
      throw invalidData(this.#path, 'texts', total, rule)
    }
    this.#file.append(bytes)
    this.duplicates.add(bytes)
    this.#offsets.push(total)
  }

  arrays(): readonly NewArray[] {
    const offsets = this.#offsets.toArray()
    return [
      { file: this.#file, shape: [this.#file.length] },
      { name: 'offsets', data: offsets, shape: [offsets.length] },
    ]
  }
}
