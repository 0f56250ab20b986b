import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { tableFormatSchema } from '../../../src-main/core/data/table-format.ts'
import { defaultMissingWords } from '../../../src-main/core/data/data-settings.ts'
import { inspectColumns } from '../../../src-main/datasets/inspect-columns.ts'
import { cellReader } from '../../../src-main/datasets/read-cell.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

interface Shape {
  readonly group: string
  readonly name: string
  readonly csv: string
  /** By pandas with its best settings; null for texts. */
  readonly values: readonly (number | null)[] | null
  /** Programs that read the same by themselves. */
  readonly peers: readonly string[]
}

const scratch = useScratchFolders()
const fixtures = path.join(import.meta.dirname, '../../fixtures/data/number-shapes.generated.json')
const { shapes } = JSON.parse(readFileSync(fixtures, 'utf8')) as {
  readonly shapes: readonly Shape[]
}
const missing = [...defaultMissingWords]

/** How the first column of a shape is read: its values, null for texts, and whether a person is told of doubt. */
async function read({ csv }: Shape) {
  const file = path.join(scratch(), 'shape.csv')
  writeFileSync(file, csv)
  const cells: string[] = []
  const source = { file, ...tableFormatSchema.parse({}), missing }
  const { columns } = await inspectColumns(source, ([cell = '']) => cells.push(cell.trim()))
  const reading = columns[0]?.reading
  if (reading === undefined) throw new Error('no column')
  const { format, confidence, looksNumeric } = reading
  const valueOf = cellReader(format)
  const values =
    format.type === 'category'
      ? null
      : cells.map(cell => (missing.includes(cell as '') ? null : nullIfNan(valueOf(cell))))
  return { values, isReported: looksNumeric || confidence === 'unclear' }
}

const nullIfNan = (value: number | null) => (Number.isNaN(value) ? null : value)

function isSame(a: Shape['values'], b: Shape['values']): boolean {
  if (a === null || b === null) return a === b
  return a.every((value, index) => {
    const other = b[index] ?? null
    if (value === null || other === null) return value === other
    return Math.abs(value - other) <= 1e-12 * Math.max(1, Math.abs(other))
  })
}

describe('columns as people write them', () => {
  it('are at least 150 shapes', () => {
    expect(shapes.length).toBeGreaterThanOrEqual(150)
  })

  it('are counted in docs/data.md as they are read', async () => {
    const same = await Promise.all(
      shapes.map(async shape => isSame((await read(shape)).values, shape.values)),
    )
    const count = (of: (shape: Shape, at: number) => boolean) => (group: string) =>
      String(shapes.filter((shape, at) => shape.group === group && of(shape, at)).length)
    const columns = [
      count(() => true),
      count((_, at) => same[at] === true),
      ...['pandas', 'duckdb', 'polars'].map(peer => count(({ peers }) => peers.includes(peer))),
    ]
    const text = readFileSync(path.join(import.meta.dirname, '../../../docs/data.md'), 'utf8')
    const groups = [...new Set(shapes.map(({ group }) => group))]
    for (const group of groups) {
      const cells = columns.map(of => of(group))
      expect(text.replaceAll(/ +/g, ' ')).toContain(`| ${group} | ${cells.join(' | ')} |`)
    }
  })

  it.each(shapes.map(shape => [`${shape.group}: ${shape.name}`, shape] as const))(
    '%s',
    async (_name, shape) => {
      const { values, isReported } = await read(shape)
      if (!isReported && !isSame(values, shape.values)) expect(values).toEqual(shape.values)
    },
  )
})

it('takes categories that are counted for words', async () => {
  const names = ['2. Married', '1. Never Married', '4. Divorced', '3) Widowed', '2. Married']
  const csv = `maritl\n${names.join('\n')}\n`
  const shape = { group: '', name: '', csv, values: null, peers: [] }
  expect(await read(shape)).toEqual({ values: null, isReported: false })
})
