import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { msg } from '../../../src-main/core/errors/message.ts'
import { tableFormatSchema } from '../../../src-main/core/data/table-format.ts'
import { listSheets } from '../../../src-main/datasets/excel-sheets.ts'
import { readTableRecords } from '../../../src-main/datasets/table-records.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { buildZip } from '../../helpers/made-up-wheel.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** Made by test/fixtures/data/excel-tables.py with openpyxl. */
const made = JSON.parse(
  readFileSync(new URL('../../fixtures/data/excel-tables.generated.json', import.meta.url), 'utf8'),
) as Readonly<Record<'typed' | 'several' | 'beyond' | 'far', string>> & {
  readonly cells: readonly string[][]
}

async function read(content: string | Uint8Array, format: object = {}) {
  const file = path.join(scratch(), 'table.xlsx')
  writeFileSync(file, typeof content === 'string' ? Buffer.from(content, 'base64') : content)
  const records: string[][] = []
  const lines: number[] = []
  const dialect = await readTableRecords({
    path: file,
    field: 'file',
    format: tableFormatSchema.parse(format),
    missing: ['?'],
    onRecord: (fields, line) => {
      records.push([...fields])
      lines.push(line)
    },
  })
  return { records, lines, dialect }
}

describe('a workbook', () => {
  it('gives values as they were typed, and the rows of the sheet as lines', async () => {
    const { records, lines, dialect } = await read(made.typed)
    expect(dialect.format).toBe('excel')
    expect(records).toEqual(made.cells)
    expect(lines).toEqual([2, 3, 5, 7])
  })

  it('without a line of names counts its columns', async () => {
    const { records } = await read(made.several, { sheet: 'data', header: false })
    expect(records[0]).toEqual(['column1', 'column2'])
    expect(records[1]).toEqual(['x', 'y'])
  })

  it('of several sheets is read where one is named', async () => {
    expect((await read(made.several, { sheet: 'data' })).records).toEqual([
      ['x', 'y'],
      ['1', 'a'],
      ['2', 'b'],
    ])
    expect((await catchAppError(() => read(made.several))).detail).toMatchObject({
      field: 'sheet',
      rule: msg('rule.chooseSheet', { names: ['notes', 'data'] }),
    })
    const mistyped = await catchAppError(() => read(made.several, { sheet: 'Date' }))
    expect(mistyped.detail).toMatchObject({
      value: 'Date',
      rule: { code: 'rule.unknownName', values: { known: ['notes', 'data'] } },
    })
  })

  it('names its sheets', async () => {
    const file = path.join(scratch(), 'table.xlsx')
    writeFileSync(file, Buffer.from(made.several, 'base64'))
    expect(await listSheets(file, 'file')).toEqual(['notes', 'data'])
    writeFileSync(file, 'a,b\n1,2\n')
    expect((await catchAppError(() => listSheets(file, 'file'))).code).toBe('data.invalid')
  })

  it('names the cell that stands under no name', async () => {
    const error = await catchAppError(() => read(made.beyond))
    expect(error.detail).toMatchObject({ field: 'S!C2', value: '3', line: 2 })
  })

  it('whose gaps would fill the memory is refused before it is read', async () => {
    const error = await catchAppError(() => read(made.far))
    expect(error.detail).toMatchObject({ field: 'S!cells', value: 16_384 * 1_048_576 })
  })

  it('whose parts would be too large together is refused before they are unpacked', async () => {
    const part = { data: randomBytes(1_400_000), declaredBytes: 128_000_001 }
    const error = await catchAppError(() =>
      read(
        buildZip(['xl/workbook.xml', 'xl/worksheets/sheet1.xml'].map(name => ({ name, ...part }))),
      ),
    )
    expect(error.detail).toMatchObject({
      field: 'excel.size',
      value: 256_000_002,
      rule: { code: 'rule.bytes.atMost', values: { limit: 256_000_000 } },
    })
  })

  it('of Excel 2003, cut short, or that is another archive is refused', async () => {
    const old = await catchAppError(() => read(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0, 0, 0, 0)))
    expect(old.detail).toMatchObject({ rule: msg('rule.excel.old') })
    const whole = Buffer.from(made.typed, 'base64')
    const cut = await catchAppError(() => read(whole.subarray(0, whole.length - 30)))
    expect(cut.code).toBe('data.invalid')
  })
})
