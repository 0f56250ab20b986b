import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createObjectiveDescriber } from '../../../src-main/features/studies/node/describe-objective.ts'
import { createStudy, readStudyFile } from '../../../src-main/features/studies/node/create-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

const rows = (columns: (row: number) => string) =>
  Array.from({ length: 40 }, (_, row) => `${columns(row)},${row % 2 ? 'yes' : 'no'}`).join('\n')
const tables = {
  'many.csv': `size,town,bought\n${rows(row => `${row * 0.5},${['Ulm', 'Bern', 'Graz'][row % 3]}`)}\n`,
  'two.csv': `size,sex,bought\n${rows(row => `${row * 0.5},${'fm'[(row % 2) ^ ((row % 5) % 2)]}`)}\n`,
  'none.csv': `size,bought\n${rows(row => String(row * 0.5))}\n`,
} as const

function folderWithTables(): string {
  const folder = scratch()
  for (const [name, text] of Object.entries(tables)) writeFileSync(path.join(folder, name), text)
  return folder
}

describe('the folds that a form starts with', () => {
  it.each([
    ['a small table', { file: 'many.csv', target: 'bought' }, 5],
    ['rows whose validation is named', { file: 'many.csv', target: 'bought', validation: 9 }, 1],
    ['rows in order of time', { file: 'none.csv', target: 'size', time: 'size' }, 1],
    ['a file that is not there yet', { file: 'man', target: 'bought' }, 1],
  ])('are those that suit %s', async (_, data, folds) => {
    const study = folderWithTables()
    const describeObjective = createObjectiveDescriber({ study, cache: path.join(study, 'cache') })
    expect(await describeObjective({ task: 'tabular', data })).toHaveProperty('folds', folds)
  })

  it.each([
    ['300,000 cells', 50, 5],
    ['more', 51, 1],
  ])('are those that suit %s', async (_, columns, folds) => {
    const study = scratch()
    const names = Array.from({ length: columns }, (__, column) => `c${column}`)
    const lines = Array.from({ length: 6_000 }, (__, row) =>
      [...names.map((___, column) => ((row * 7 + column) % 10) + 0.5), row % 2 ? 'y' : 'n'].join(),
    )
    writeFileSync(path.join(study, 't.csv'), [[...names, 'bought'].join(), ...lines, ''].join('\n'))
    const describeObjective = createObjectiveDescriber({ study, cache: path.join(study, 'cache') })
    const data = { file: 't.csv', target: 'bought' }
    const described = await describeObjective({ task: 'tabular', data })
    expect(described).toMatchObject({ dataRead: true, folds })
  })
})

describe('the space that a form starts with', () => {
  const spaceOf = async (objective: Readonly<Record<string, unknown>>) => {
    const study = folderWithTables()
    const describeObjective = createObjectiveDescriber({ study, cache: path.join(study, 'cache') })
    const described = await describeObjective(objective)
    return described.ok ? described.space : described.problems
  }
  const table = (file: string, target = 'bought') => ({ task: 'tabular', data: { file, target } })

  it('searches embeddings where the data have categories worth them', async () => {
    expect(await spaceOf(table('many.csv'))).toMatchObject({
      categories: { choice: ['oneHot', 'embedding'] },
      embeddingScale: { when: { categories: 'embedding' } },
      layers: { int: [1, 4] },
    })
  })

  it.each([
    ['quantities alone', table('none.csv')],
    ['pairs of categories', table('two.csv')],
    ['a file that is not there yet', table('man')],
    ['a target that is half typed', table('many.csv', 'boug')],
    ['fields that are still empty', table('', '')],
    ['images', { task: 'image', data: { source: 'mnist' } }],
  ])('has none for %s', async (_, objective) => {
    const space = await spaceOf(objective)
    expect(space).toHaveProperty('units')
    expect(space).not.toHaveProperty('categories')
  })

  it.each([
    ['a table', table('two.csv'), true],
    ['a file that is not there yet', table('man'), false],
    ['a test function, which has no data', { function: 'branin' }, true],
  ])('says whether it knows the data of %s', async (_, objective, dataRead) => {
    const study = folderWithTables()
    const describeObjective = createObjectiveDescriber({ study, cache: path.join(study, 'cache') })
    expect(await describeObjective(objective)).toHaveProperty('dataRead', dataRead)
  })

  it.each([
    ['a program', { command: [] }],
    ['a function of a file', { module: '' }],
  ])('is a usual one for %s that is not filled in yet', async (_, objective) => {
    expect(Object.keys(await spaceOf(objective))).toEqual(['learningRate'])
  })

  it('is that of the newest question, whatever the one before still read', async () => {
    const study = folderWithTables()
    const describeObjective = createObjectiveDescriber({ study, cache: path.join(study, 'cache') })
    const [, last] = await Promise.all([
      describeObjective(table('none.csv')),
      describeObjective(table('many.csv')),
    ])
    expect(last).toHaveProperty('space.categories')
  })
})

describe('a study over a table', () => {
  const create = async (file: string, space: string) => {
    const folder = folderWithTables()
    const study = path.join(folder, 'study.yaml')
    writeFileSync(
      study,
      [
        'name: s',
        `objective: { task: tabular, data: { file: ${file}, target: bought } }`,
        'goals: [{ metric: validationLoss, direction: minimize }]',
        `space: ${space}`,
        'stop: { trials: 1 }',
      ].join('\n'),
    )
    const store = openStudyStore(path.join(folder, 'studies.sqlite'))
    try {
      await createStudy({
        file: await readStudyFile(study),
        store,
        now: () => 0,
        datasetCacheDirectory: path.join(folder, 'cache'),
      })
      return store.listStudies().length
    } finally {
      store.close()
    }
  }

  it('takes embeddings where there are categories', async () => {
    expect(await create('two.csv', '{ categories: { fixed: embedding } }')).toBe(1)
  })

  it('is refused with embeddings where there are none', async () => {
    const space = '{ categories: { choice: [oneHot, embedding] } }'
    const error = await catchAppError(() => create('none.csv', space))
    expect(error).toMatchObject({
      code: 'specification.invalid',
      detail: { problems: [{ path: ['space', 'categories'], value: 'embedding' }] },
    })
  })
})
