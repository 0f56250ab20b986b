import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { readFindings } from '../../../src-main/core/data/dataset.ts'
import { ingestTable } from '../../../src-main/datasets/ingest-table.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { ingestInDraft } from '../../helpers/ingest-in-draft.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const root = fileURLToPath(new URL('../../..', import.meta.url))

type Cells = readonly (string | number)[]

/** @returns the columns by which rows seem to hang together */
async function suspectedIn(file: string, target: string): Promise<readonly string[]> {
  const data = tableDataSchema.parse({ file, target })
  const { properties } = await ingestInDraft(scratch(), draft => ingestTable(data, draft))
  return readFindings(properties).flatMap(finding =>
    finding.kind === 'rowsOfGroups' || finding.kind === 'rowsInTime'
      ? [`${finding.kind} ${finding.column}`]
      : [],
  )
}

function written(header: string, rows: readonly Cells[]): string {
  const file = path.join(scratch(), 'set.csv')
  writeFileSync(file, [header, ...rows.map(row => row.join(','))].join('\n'))
  return file
}

function drawn(name: string) {
  const stream = createRandomStream({ seed: 42, number: 0, purpose: name })
  const noise = () => [1, 2, 3, 4, 5, 6].reduce(sum => sum + stream.uniform(), 0) * 1.4 - 4.2
  const among = (count: number) => Math.floor(count * stream.uniform())
  return { stream, noise, among }
}

const times = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index))
const dateOf = (index: number) => new Date(Date.UTC(2020, 2, 1 + index)).toISOString().slice(0, 10)

/** Where rows hang together; the thresholds were chosen on other sets. */
const generated: Record<string, () => readonly [header: string, rows: readonly Cells[]]> = {
  'rowsOfGroups subject': () => {
    const { stream, noise } = drawn('subjects')
    const rows = times(30, subject => {
      const effect = noise()
      return times(15, (): Cells => [subject, noise(), effect + noise() / 3])
    })
    return ['subject,load,force', stream.shuffled(rows.flat())]
  },
  'rowsOfGroups tag': () => {
    const { stream, noise, among } = drawn('tags')
    const rows = times(45, tag => {
      const effect = noise()
      const name = `T${100 + tag}`
      return times(6 + among(9), (): Cells => [name, noise(), effect + noise() > 0 ? 'up' : 'down'])
    })
    return ['tag,load,state', stream.shuffled(rows.flat())]
  },
  'rowsOfGroups source': () => {
    const { noise } = drawn('sources')
    const rows = times(24, source => {
      const effect = noise()
      return times(25, (): Cells => [3 * source + 5, noise(), effect + noise()])
    })
    return ['source,load,yield', rows.flat()]
  },
  'rowsInTime observed': () => {
    const { stream, noise } = drawn('observed')
    let level = 0
    const rows = times(400, (day): Cells => [dateOf(day), noise(), (level += noise() / 3)])
    return ['observed,temperature,demand', stream.shuffled(rows)]
  },
  'rowsInTime recorded_at': () => {
    const { noise } = drawn('recorded')
    let level = 0
    const rows = times(600, (step): Cells => [
      1_650_000_000 + 900 * step,
      noise(),
      (level += noise() / 5),
    ])
    return ['recorded_at,pressure,flow', rows]
  },
}

/** Where they do not, though numbers repeat, lie in a lattice, or dates are qualities. */
const independent: Record<string, () => readonly [header: string, rows: readonly Cells[]]> = {
  'a lattice and a dose': () => {
    const { noise } = drawn('lattice')
    const rows = times(20, x =>
      times(20, (y): Cells => [x, y, 5 * ((x * y) % 7), x / 5 - (y / 9) ** 2 + noise()]),
    )
    return ['x,y,dose,height', rows.flat()]
  },
  'hours, ages, streets and days of birth': () => {
    const { noise, among } = drawn('ages')
    const rows = times(900, (): Cells => {
      const age = 18 + among(60)
      const street = `Road ${among(40)}`
      return [among(24), age, street, dateOf(-among(20_000)), (age - 45) ** 2 / 200 + noise()]
    })
    return ['hour,age,street,date of birth,spending', rows]
  },
}

describe('rows that hang together', () => {
  it.each(Object.entries(generated))('are suspected in a generated set: %s', async (name, make) => {
    const [header, rows] = make()
    const target = header.split(',').at(-1) ?? ''
    expect(await suspectedIn(written(header, rows), target)).toEqual([name])
  })

  it.each([
    ['modechoice', 'choice', ['rowsOfGroups individual']],
    ['macrodata', 'realcons', ['rowsInTime year']],
    ['grunfeld', 'invest', ['rowsOfGroups firm', 'rowsInTime year']],
    ['sunspots', 'SUNACTIVITY', ['rowsInTime YEAR']],
  ])('are suspected in %s', async (name, target, columns) => {
    const file = path.join(root, `test/fixtures/data/statsmodels/${name}.csv`)
    expect(await suspectedIn(file, target)).toEqual(columns)
  })

  it.each([
    ['test/fixtures/data/statsmodels/anes96.csv', 'vote'],
    ['test/fixtures/data/statsmodels/engel.csv', 'foodexp'],
    ['test/fixtures/data/statsmodels/statecrime.csv', 'murder'],
    ['test/fixtures/data/breast-cancer.csv', 'diagnosis'],
    ['test/fixtures/data/diabetes.csv', 'progression'],
    ['test/fixtures/data/strong-category.csv', 'price'],
    ['resources/samples/penguins.csv', 'species'],
    ['resources/samples/digits.csv', 'digit'],
  ])('are not suspected in %s', async (file, target) => {
    expect(await suspectedIn(path.join(root, file), target)).toEqual([])
  })

  it.each(Object.entries(independent))('are not suspected in %s', async (_name, make) => {
    const [header, rows] = make()
    const target = header.split(',').at(-1) ?? ''
    expect(await suspectedIn(written(header, rows), target)).toEqual([])
  })
})
