import { unknownName } from '../contract/closest-name.ts'
import { fact } from '../contract/fact.ts'
import { invalidData } from '../contract/invalid-data.ts'
import path from 'node:path'
import type { TextFolders, TextTable } from '../contract/text-source.ts'
import { countGroups, countLabels, labelArrays, sortIntoClasses } from './class-files.ts'
import type { DatasetDraft, NewDataset } from './dataset-draft.ts'
import { Int32List } from './int32-list.ts'
import { type SourceEntry } from './source-entry.ts'
import { readTableRecords } from './table-records.ts'
import { TextArray } from './text-array.ts'

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
  const { files, classNames } = classFiles
  const texts = new TextArray(source.folders, draft)
  for (const file of files) texts.add(decodeText(file.path, await file.read(), source.encoding))
  return {
    kind: 'text',
    facts: { ...classFiles.facts, texts: files.length, duplicateRows: texts.twins.count },
    schema: {
      classNames,
      classCounts: countLabels(files, classNames.length),
      testClassCounts: null,
      groupCounts: countGroups(classFiles),
    },
    arrays: [...texts.arrays(), ...labelArrays(classFiles, 'labels'), ...texts.twins.arrays()],
  }
}

/**
 * Reads a table with a column of texts and a column of classes.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` with the line
 */
export async function ingestTextTable(source: TextTable, draft: DatasetDraft): Promise<NewDataset> {
  const texts = new TextArray(source.file, draft)
  const labels = new NameNumbers()
  const groups = new NameNumbers()
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
        throw invalidData(source.file, source.target, '', fact('rule.everyRow'), line)
      texts.add(fields[columns.text] ?? '')
      labels.add(label)
      if (columns.group !== null) groups.add((fields[columns.group] ?? '').trim())
    },
  })
  const classNames = labels.names()
  if (classNames.length < 2 || classNames.length > MAX_CLASSES) {
    const rule = fact('rule.classes', { low: 2, high: MAX_CLASSES })
    throw invalidData(source.file, source.target, classNames.length, rule)
  }
  const numbered = labels.sorted()
  const groupNames = source.group === undefined ? null : groups.names()
  const numberedGroups = groupNames === null ? null : groups.sorted()
  const shape = [labels.length]
  return {
    kind: 'text',
    facts: {
      source: path.basename(source.file),
      classes: classNames.length,
      texts: labels.length,
      duplicateRows: texts.twins.count,
      ...(groupNames === null ? {} : { groups: groupNames.length }),
    },
    schema: {
      classNames,
      classCounts: countNumbers(numbered, classNames.length),
      testClassCounts: null,
      groupCounts:
        numberedGroups === null ? null : countNumbers(numberedGroups, groupNames?.length ?? 0),
    },
    arrays: [
      ...texts.arrays(),
      { name: 'labels', data: numbered, shape },
      ...(numberedGroups === null ? [] : [{ name: 'groups', data: numberedGroups, shape }]),
      ...texts.twins.arrays(),
    ],
  }
}

/** @throws AppError `data.invalid` if the bytes are not in the encoding */
export function decodeText(path: string, content: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content)
  } catch {
    const rule = fact('rule.encoding', { encoding, setting: 'objective.data.source.encoding' })
    throw invalidData(path, 'encoding', `not ${encoding}`, rule)
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
      index < 0 ? unknownName('column', name, names) : fact('rule.oneColumn'),
    )
  }
  return {
    text: find('text', source.text),
    target: find('target', source.target),
    group: source.group === undefined ? null : find('group', source.group),
  }
}

/** A name for every row, as numbers. */
class NameNumbers {
  readonly #numberOf = new Map<string, number>()
  readonly #rows = new Int32List()

  get length(): number {
    return this.#rows.length
  }

  add(name: string): void {
    let number = this.#numberOf.get(name)
    if (number === undefined) {
      number = this.#numberOf.size
      this.#numberOf.set(name, number)
    }
    this.#rows.push(number)
  }

  /** Sorted. */
  names(): string[] {
    return [...this.#numberOf.keys()].sort()
  }

  /** For every row the place of its name among the sorted ones. */
  sorted(): Int32Array {
    const place = new Map(this.names().map((name, index) => [name, index]))
    const places = [...this.#numberOf.keys()].map(name => place.get(name) ?? 0)
    return this.#rows.toArray().map(number => places[number] ?? 0)
  }
}

function countNumbers(numbers: Int32Array, count: number): number[] {
  const counts = new Array<number>(count).fill(0)
  for (const number of numbers) counts[number] = (counts[number] ?? 0) + 1
  return counts
}
