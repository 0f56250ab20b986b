import path from 'node:path'
import type { TextFolders, TextTable } from '../contract/text-source.ts'
import { AppError } from '../contract/errors.ts'
import { countGroups, countLabels, labelArrays, sortIntoClasses } from './class-files.ts'
import { countTwins, firstOfContent, sliceOffsets, twinArray } from './find-twins.ts'
import type { NewDataset } from './prepared-store.ts'
import { invalidEntry, type SourceEntry } from './source-entry.ts'
import { readTableRecords } from './table-records.ts'
import { TextStore } from './text-store.ts'

export const textExtensions = ['.txt', '.text', '.md', '.eml']
const mostClasses = 1_000

/**
 * Reads text files that are sorted into folders, one per class.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` naming the file
 */
export async function ingestTextFolders(
  source: TextFolders,
  entries: readonly SourceEntry[],
): Promise<NewDataset> {
  const classFiles = sortIntoClasses(source, entries, textExtensions)
  const { files, classNames } = classFiles
  const texts = new TextStore(source.folders)
  for (const file of files) texts.add(decodeText(file.path, await file.read(), source.encoding))
  const { arrays, firsts } = textArrays(texts)
  return {
    kind: 'text',
    facts: { ...classFiles.facts, texts: files.length, duplicateRows: countTwins(firsts) },
    schema: {
      classNames,
      classCounts: countLabels(files, classNames.length),
      testClassCounts: null,
      groupCounts: countGroups(classFiles),
    },
    arrays: [...arrays, ...labelArrays(classFiles, 'labels'), ...twinArray(firsts)],
  }
}

/**
 * Reads a table with a column of texts and a column of classes.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` with the line
 */
export async function ingestTextTable(source: TextTable): Promise<NewDataset> {
  const texts = new TextStore(source.file)
  const labels: string[] = []
  const groups: string[] = []
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
      if (label === '') {
        const rule = 'must have a value in every row'
        throw new AppError('data.invalid', {
          path: source.file,
          field: source.target,
          value: '',
          rule,
          line,
        })
      }
      texts.add(fields[columns.text] ?? '')
      labels.push(label)
      if (columns.group !== null) groups.push((fields[columns.group] ?? '').trim())
    },
  })
  const classNames = [...new Set(labels)].sort()
  if (classNames.length < 2 || classNames.length > mostClasses) {
    const rule = `must be 2 to ${mostClasses} classes`
    throw invalidEntry(source.file, source.target, classNames.length, rule)
  }
  const numbered = numberNames(labels, classNames)
  const groupNames = source.group === undefined ? null : [...new Set(groups)].sort()
  const numberedGroups = groupNames === null ? null : numberNames(groups, groupNames)
  const shape = [labels.length]
  const { arrays, firsts } = textArrays(texts)
  return {
    kind: 'text',
    facts: {
      source: path.basename(source.file),
      classes: classNames.length,
      texts: labels.length,
      duplicateRows: countTwins(firsts),
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
      ...arrays,
      { name: 'labels', data: numbered, shape },
      ...(numberedGroups === null ? [] : [{ name: 'groups', data: numberedGroups, shape }]),
      ...twinArray(firsts),
    ],
  }
}

/** The texts as arrays, and for each the first one that is the same. */
function textArrays(texts: TextStore) {
  const { bytes, offsets } = texts.joined()
  return {
    arrays: [
      { name: 'texts', data: bytes, shape: [bytes.length] },
      { name: 'offsets', data: offsets, shape: [offsets.length] },
    ],
    firsts: firstOfContent(offsets.length - 1, sliceOffsets(bytes, offsets)),
  }
}

/** @throws AppError `data.invalid` if the bytes are not in the encoding */
export function decodeText(path: string, content: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content)
  } catch {
    const rule = `must be ${encoding} text; set encoding in objective.data.source if it is another one`
    throw invalidEntry(path, 'encoding', `not ${encoding}`, rule)
  }
}

function findColumns(source: TextTable, header: readonly string[]) {
  const names = header.map(name => name.trim())
  const find = (setting: string, name: string) => {
    const index = names.indexOf(name)
    if (index >= 0 && names.indexOf(name, index + 1) < 0) return index
    throw new AppError('data.invalid', {
      path: source.file,
      field: `objective.data.source.${setting}`,
      value: name,
      rule:
        index < 0
          ? `must be one of the columns ${names.slice(0, 20).join(', ')}`
          : 'must be the name of one column only',
    })
  }
  return {
    text: find('text', source.text),
    target: find('target', source.target),
    group: source.group === undefined ? null : find('group', source.group),
  }
}

function numberNames(values: readonly string[], names: readonly string[]): Int32Array {
  const index = new Map(names.map((name, number) => [name, number]))
  return Int32Array.from(values, value => index.get(value) ?? 0)
}

function countNumbers(numbers: Int32Array, count: number): number[] {
  const counts = new Array<number>(count).fill(0)
  for (const number of numbers) counts[number] = (counts[number] ?? 0) + 1
  return counts
}
