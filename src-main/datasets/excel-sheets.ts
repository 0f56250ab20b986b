import { ownValue } from '../core/values/named-values.ts'
import { unknownName } from '../core/values/closest-name.ts'
import { msg } from '../core/errors/message.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import type { SourceEntry } from './source-entry.ts'
import { openZip } from './zip-entries.ts'

/** Parts of a workbook, unpacked: they are in memory as a whole, and their cells take five times as much. */
const MAX_XML_BYTES = 256_000_000
/** Cells between A1 and the last one; the library fills the gaps. */
const MAX_SHEET_CELLS = 10_000_000

const workbookPart = 'xl/workbook.xml'
const relationsPart = 'xl/_rels/workbook.xml.rels'

const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'" }

/** The sheet that is read, and what the library that reads it passes over. */
export interface ExcelSheet {
  readonly name: string
  /** Failed formulas such as `#DIV/0!`, by the address of their cell. */
  readonly errors: ReadonlyMap<string, string>
}

/**
 * The names of the sheets of a workbook, in its order.
 * @throws AppError `data.invalid` for a ZIP archive that is no workbook, and for sizes beyond the limits
 */
export async function listSheets(path: string, field: string): Promise<readonly string[]> {
  const { entries, close } = await openZip(path, field)
  try {
    return [...(await workbookOf(path, entries)).names.keys()]
  } finally {
    close()
  }
}

/**
 * Chooses the sheet of a workbook (ECMA-376) and checks that its cells fit into memory before a library reads them.
 * @param wanted the name of the sheet; may be left out where there is only one
 * @throws AppError `data.invalid` naming the sheets where none or an unknown one is asked for, for sizes beyond the
 *   limits, and for ZIP archives that are no workbook
 */
export async function chooseSheet(
  path: string,
  field: string,
  wanted: string | undefined,
): Promise<ExcelSheet> {
  const { entries, close } = await openZip(path, field)
  try {
    const { parts, names } = await workbookOf(path, entries)
    const name = chosenName(path, [...names.keys()], wanted)
    const relations = await textOf(path, parts, relationsPart)
    const relation = [...tags(relations, 'Relationship')].find(
      ({ Id }) => Id !== undefined && Id === names.get(name),
    )
    const target = relation?.['Target'] ?? ''
    const part = target.startsWith('/') ? target.slice(1) : `xl/${target}`
    const errors = checkCells(path, name, await textOf(path, parts, part))
    // The library trusts the sizes that the archive claims; whoever reads an entry here checks them.
    for (const other of parts) {
      if (![workbookPart, relationsPart, part].includes(other.name)) await other.read()
    }
    return { name, errors }
  } finally {
    close()
  }
}

/** Its parts, and the identifiers of its sheets by name. */
async function workbookOf(
  path: string,
  entries: readonly SourceEntry[],
): Promise<{
  readonly parts: readonly SourceEntry[]
  readonly names: ReadonlyMap<string, string>
}> {
  const parts = entries.filter(({ name }) => /\.(xml|rels)$/.test(name))
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  if (bytes > MAX_XML_BYTES) {
    const rule = msg('rule.bytes.atMost', { limit: MAX_XML_BYTES, of: 'unpacked' })
    throw invalidData(path, 'excel.size', bytes, rule)
  }
  if (!parts.some(({ name }) => name === workbookPart))
    throw invalidData(path, 'format', 'ZIP', msg('rule.excel.workbook'))
  const names = sheetNames(path, await textOf(path, parts, workbookPart))
  return { parts, names }
}

async function textOf(path: string, parts: readonly SourceEntry[], name: string): Promise<string> {
  const part = parts.find(entry => entry.name === name)
  if (part === undefined)
    throw invalidData(path, 'excel', name, msg('rule.undamaged', { format: 'Excel' }))
  return new TextDecoder().decode(await part.read())
}

/** Identifiers of the sheets of cells by name, in the order of the workbook. */
function sheetNames(path: string, workbook: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const tag of tags(workbook, 'sheet')) {
    const identifier = Object.entries(tag).find(([key]) => /(^|:)id$/.test(key))?.[1]
    if (tag['name'] !== undefined && identifier !== undefined) names.set(tag['name'], identifier)
  }
  if (names.size > 0) return names
  throw invalidData(path, 'excel.sheets', 0, msg('rule.atLeast', { limit: 1 }))
}

function chosenName(path: string, names: readonly string[], wanted: string | undefined): string {
  const [only = ''] = names
  if (wanted === undefined) {
    if (names.length === 1) return only
    throw invalidData(path, 'sheet', null, msg('rule.chooseSheet', { names }))
  }
  if (names.includes(wanted)) return wanted
  throw invalidData(path, 'sheet', wanted, unknownName('sheet', wanted, names))
}

/** @returns the failed formulas */
function checkCells(path: string, sheet: string, xml: string): ReadonlyMap<string, string> {
  const errors = new Map<string, string>()
  let [rows, columns] = [0, 0]
  for (const tag of tags(xml, 'row')) rows = Math.max(rows, Number(tag['r'] ?? 0))
  for (const match of xml.matchAll(/<(?:\w+:)?c\s+([^<>]*)>/g)) {
    const text = match[1] ?? ''
    const [, letters = '', row = ''] =
      /(?:^|\s)r\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']/.exec(text) ?? []
    if (letters === '')
      throw invalidData(
        path,
        `${sheet}!`,
        text.slice(0, 40),
        msg('rule.undamaged', { format: 'Excel' }),
      )
    rows = Math.max(rows, Number(row))
    columns = Math.max(columns, columnNumber(letters))
    if (!/(?:^|\s)t\s*=\s*["']e["']/.test(text)) continue
    const value =
      /^(?:<(?:\w+:)?f\b[^]{0,9000}?<\/(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*\/>)?<(?:\w+:)?v>([^<]*)</
    const errorValue = value.exec(xml.slice(match.index + match[0].length, match.index + 9_999))
    errors.set(`${letters}${row}`, decoded(errorValue?.[1] ?? '#'))
  }
  if (!(rows * columns <= MAX_SHEET_CELLS)) {
    const rule = msg('rule.atMost', { limit: MAX_SHEET_CELLS })
    throw invalidData(path, `${sheet}!cells`, rows * columns, rule)
  }
  return errors
}

/** `A` is 1, `AA` 27. */
function columnNumber(letters: string): number {
  let number = 0
  for (const letter of letters) number = 26 * number + letter.charCodeAt(0) - 64
  return number
}

/** The address of a cell, both counted from 1. */
export function cellAddress(row: number, column: number): string {
  let letters = ''
  for (let remaining = column; remaining > 0; remaining = Math.floor((remaining - 1) / 26)) {
    letters = String.fromCharCode(65 + ((remaining - 1) % 26)) + letters
  }
  return `${letters}${row}`
}

/** Attributes of all elements of a name, whatever its namespace is called. */
function* tags(xml: string, name: string): Generator<Readonly<Record<string, string>>> {
  const element = new RegExp(`<(?:\\w+:)?${name}\\s+((?:"[^"]*"|'[^']*'|[^<>"'])*)>`, 'g')
  for (const match of xml.matchAll(element)) {
    const attributes = (match[1] ?? '').matchAll(attribute)
    yield Object.fromEntries(
      Array.from(attributes, ([, key = '', double, single]) => [
        key,
        decoded(double ?? single ?? ''),
      ]),
    )
  }
}

function decoded(text: string): string {
  return text
    .replace(/&#(x[\da-f]{1,6}|\d{1,7});/gi, (whole, code: string) => {
      const point = Number(code.startsWith('x') ? `0${code}` : code)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    })
    .replace(/&(lt|gt|quot|apos);/g, (_, entity: string) => ownValue(entities, entity) ?? '')
    .replaceAll('&amp;', '&')
}
