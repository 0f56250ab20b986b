import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { findingMessages, readFindings } from '../../../src-main/core/data/dataset.ts'
import { tableFormatSchema } from '../../../src-main/core/data/table-format.ts'
import { ingestTable } from '../../../src-main/datasets/ingest-table.ts'
import { previewTable } from '../../../src-main/datasets/preview-table.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { ingestInDraft } from '../../helpers/ingest-in-draft.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

type Row = readonly (string | number)[]

/** Rows of a CSV file, the target last. */
function fileOf(header: string, rows: readonly Row[]): string {
  const file = path.join(scratch(), 'rows.csv')
  writeFileSync(file, [header, ...rows.map(row => row.join(','))].join('\n'))
  return file
}

async function findingsOf(header: string, rows: readonly Row[], settings: object = {}) {
  const file = fileOf(header, rows)
  const data = tableDataSchema.parse({ file, target: header.split(',').at(-1), ...settings })
  const { properties } = await ingestInDraft(scratch(), draft => ingestTable(data, draft))
  return { findings: readFindings(properties), messages: findingMessages(properties) }
}

async function suspicionsOf(header: string, rows: readonly Row[]) {
  const source = { file: fileOf(header, rows), ...tableFormatSchema.parse({}), missing: [''] }
  return (await previewTable(source)).suspicions
}

function drawn(seed: number) {
  const stream = createRandomStream({ seed, number: 0, purpose: 'structure of rows' })
  const noise = () => [1, 2, 3, 4, 5, 6].reduce(sum => sum + stream.uniform(), 0) - 3
  return { stream, noise }
}

/** Rows of so many groups with an effect of each, in any order. */
function grouped(groups: number, rowsEach: number, nameOf: (group: number) => string | number) {
  const { stream, noise } = drawn(3)
  const effects = Array.from({ length: groups }, () => 2 * noise())
  const rows = effects.flatMap((effect, group) =>
    Array.from({ length: rowsEach }, (): Row => [nameOf(group), noise(), effect + noise() / 2]),
  )
  return stream.shuffled(rows)
}

const day = (index: number) => new Date(Date.UTC(2021, 0, 1 + index)).toISOString().slice(0, 10)

describe('the structure of rows', () => {
  it('finds a column that names patients, also without a target', async () => {
    const rows = grouped(45, 20, group => 100 + group)
    const { findings, messages } = await findingsOf('patient,x,y', rows)
    expect(findings).toMatchObject([
      { kind: 'rowsOfGroups', column: 'patient', values: 45, rowsEach: 20 },
    ])
    expect(findings[0]).toHaveProperty('alike', expect.closeTo(0.94, 1))
    expect(messages).toMatchObject([{ values: { line: 'group: patient' } }])
    expect(await suspicionsOf('patient,x,y', rows)).toEqual([
      { kind: 'rowsOfGroups', column: 'patient', values: 45, rowsEach: 20, alike: null },
    ])
  })

  it.each(['PatientID', 'user_id', 'Kunde Nr', '患者编号', 'subject#'])(
    'takes %s for the name of groups',
    async name => {
      const rows = grouped(12, 5, group => 7 * group)
      expect(await suspicionsOf(`${name},x,y`, rows)).toMatchObject([{ column: name }])
    },
  )

  it('finds groups whose column has no telling name by the target', async () => {
    const rows = grouped(30, 12, group => `K-${group + 100}`)
    expect(await suspicionsOf('code,x,y', rows)).toEqual([])
    const { findings } = await findingsOf('code,x,y', rows)
    expect(findings).toMatchObject([{ kind: 'rowsOfGroups', column: 'code' }])
  })

  it('says nothing of quantities and qualities', async () => {
    const { stream, noise } = drawn(8)
    const rows = Array.from({ length: 800 }, (_, row): Row => {
      const age = 20 + Math.floor(50 * stream.uniform())
      return [age, row % 24, `town ${'abcdefgh'[row % 8] ?? ''}`, Math.sin(age / 12) * 3 + noise()]
    })
    expect((await findingsOf('age,hour,town,y', rows)).findings).toEqual([])
    expect(await suspicionsOf('age,hour,town,y', rows)).toEqual([])
  })

  it('finds dates, whatever the order of the rows, and says whether they run along them', async () => {
    const { stream, noise } = drawn(4)
    const rows = Array.from({ length: 200 }, (_, row): Row => [day(row), noise(), noise()])
    const { findings, messages } = await findingsOf('seen on,x,y', rows)
    expect(findings).toEqual([
      { kind: 'rowsInTime', column: 'seen on', values: 200, isSorted: true },
    ])
    expect(messages).toMatchObject([{ values: { line: 'time: "seen on"' } }])
    const shuffled = await suspicionsOf('seen on,x,y', stream.shuffled(rows))
    expect(shuffled).toMatchObject([{ kind: 'rowsInTime', isSorted: false }])
  })

  it.each([
    ['year', (row: number) => 1990 + Math.floor(row / 5)],
    ['ts', (row: number) => 1_600_000_000 + 60 * row],
    ['when', (row: number) => Number(day(row).replaceAll('-', ''))],
  ])('finds times that are numbers: %s', async (name, valueOf) => {
    const { noise } = drawn(6)
    const rows = Array.from({ length: 100 }, (_, row): Row => [valueOf(row), noise(), noise()])
    expect(await suspicionsOf(`${name},x,y`, rows)).toMatchObject([
      { kind: 'rowsInTime', column: name },
    ])
  })

  it('takes one of several columns of dates: the one that the rows run along', async () => {
    const { noise } = drawn(6)
    const rows = Array.from({ length: 100 }, (_, row): Row => [
      day((row * 37) % 100),
      day(row),
      noise(),
    ])
    expect(await suspicionsOf('other,seen,y', rows)).toMatchObject([{ column: 'seen' }])
  })

  it('says nothing of dates of birth, dates with gaps, numbers of rows and what comes once', async () => {
    const { noise } = drawn(9)
    const rows = Array.from({ length: 120 }, (_, row): Row => [
      day((row * 7_919) % 9_000),
      row % 10 === 0 ? '' : day(row),
      row,
      `P${row}`,
      noise(),
    ])
    expect(await suspicionsOf('birth date,visit,n,patient,y', rows)).toEqual([])
  })

  it('says nothing of few rows, and where the settings say how rows are split', async () => {
    const rows = grouped(45, 20, group => group)
    expect(await suspicionsOf('patient,x,y', rows.slice(0, 30))).toEqual([])
    const { findings } = await findingsOf('patient,x,y', rows, { group: 'patient' })
    expect(findings).toEqual([])
  })

  it('suspects a column that the settings ignore, too: its rows hang together all the same', async () => {
    const rows = grouped(45, 20, group => group)
    const { findings } = await findingsOf('patient,x,y', rows, { ignore: ['patient'] })
    expect(findings).toMatchObject([{ column: 'patient' }])
  })
})
