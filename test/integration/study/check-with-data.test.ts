import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDataChecker } from '../../../src-main/features/studies/node/check-with-data.ts'
import { checkStudyText } from '../../../src-main/features/studies/node/study-check.ts'
import { createObjectiveDescriber } from '../../../src-main/features/studies/node/describe-objective.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { dataRemarks } from '../../../src-main/core/data/dataset.ts'
import { prepareStudyData } from '../../../src-main/features/studies/node/create-study.ts'
import { writeDrawnShapes } from '../../helpers/drawn-shapes.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const rows = Array.from({ length: 60 }, (_, row) => `${row},${row % 2 ? 'a' : 'b'},${row * 2.5}`)

function folders() {
  const study = scratch()
  writeFileSync(path.join(study, 'houses.csv'), `size,town,price\n${rows.join('\n')}\n`)
  return { study, cache: path.join(study, 'cache') }
}
const study = (data: string, metric: string) => `name: houses
objective: { task: tabular, data: ${data} }
goals: [{ metric: ${metric}, direction: minimize }]
stop: { trials: 1 }
`
function check(text: string, checker = createDataChecker(folders())) {
  const checked = checkStudyText(text, 'yaml', { tasks })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checker({ text, format: 'yaml', specification: checked.specification })
}

describe('the check of a study over its data', () => {
  it('has no complaint about one that can run, and tells what it found', async () => {
    const checked = await check(study('{ file: houses.csv, target: price }', 'validationRmse'))
    expect(checked).toMatchObject({
      problems: [],
      dataset: {
        problem: 'regression',
        rows: 60,
        findings: [{ kind: 'targetInColumn', column: 'size' }],
      },
    })
  })

  it.each([
    [
      'a goal that such data never have',
      '{ file: houses.csv, target: price }',
      'validationAccuracy',
      ['goals', 0, 'metric'],
      3,
    ],
    [
      'a target that is no column',
      '{ file: houses.csv, target: prize }',
      'validationRmse',
      ['objective', 'data', 'target'],
      2,
    ],
    [
      'a file that is not there',
      '{ file: house.csv, target: price }',
      'validationRmse',
      ['objective', 'data', 'file'],
      2,
    ],
    [
      'more rows than there are',
      '{ file: houses.csv, target: price, train: 9999 }',
      'validationRmse',
      ['objective', 'data', 'train'],
      2,
    ],
  ])('names %s at its key, with its line', async (_, data, metric, keys, line) => {
    const { problems } = await check(study(data, metric))
    expect(problems).toMatchObject([{ path: keys, line }])
  })

  it.each([
    ['a row without a target', { target: 'town' }, ['target'], 'rule.targetMissing'],
    [
      'a value that is no time',
      { target: 'price', columns: { town: { type: 'time' } } },
      ['columns', 'town'],
      'rule.columnType',
    ],
  ])('names %s at its column', async (_, keys, at, code) => {
    const directories = folders()
    const file = path.join(directories.study, 'houses.csv')
    writeFileSync(file, `size,town,price\n${rows.join('\n')}\n7,,3\n`)
    const text = study(JSON.stringify({ file: 'houses.csv', ...keys }), 'validationLoss')
    const { problems } = await check(text, createDataChecker(directories))
    expect(problems).toMatchObject([
      { path: ['objective', 'data', ...at], line: 2, rule: { values: { rule: { code } } } },
    ])
  })

  it('names more images than MNIST has', async () => {
    const text = `name: digits
objective: { task: image, data: { source: mnist, train: 99999999 } }
goals: [{ metric: validationAccuracy, direction: maximize }]
stop: { trials: 1 }
`
    const { problems } = await check(text)
    expect(problems).toMatchObject([{ path: ['objective', 'data', 'train'] }])
  })

  it('ends with a newer question', async () => {
    const checker = createDataChecker(folders())
    const older = check(study('{ file: houses.csv, target: town }', 'validationLoss'), checker)
    const newer = check(study('{ file: houses.csv, target: price }', 'validationRmse'), checker)
    expect(await older).toEqual({ state: 'superseded', problems: [], dataset: null })
    expect(await newer).toMatchObject({ state: 'read', problems: [] })
  })
})

describe('few pictures of somebody', () => {
  const objective = { task: 'image', data: { source: { folders: 'shapes', size: 8 } } }
  const pictures = () => {
    const study = scratch()
    writeDrawnShapes(path.join(study, 'shapes'), { perClass: 20, side: 16 })
    return { study, cache: path.join(study, 'cache') }
  }
  const text = `name: shapes
objective: ${JSON.stringify(objective)}
goals: [{ metric: validationAccuracy, direction: maximize }]
stop: { trials: 1 }
`

  it('suggest small batches, many epochs and folds, in a form as on the command line', async () => {
    const directories = pictures()
    const described = await createObjectiveDescriber(directories)(objective)
    if (!described.ok) throw new Error('not described')
    expect(described.folds).toBe(3)
    expect(described.space).toMatchObject({
      batchSize: { fixed: 4 },
      epochs: { fixed: 42 },
    })
    const checked = checkStudyText(text, 'yaml', { tasks })
    if (!checked.ok) throw new Error('not sound')
    const file = { ...checked, directory: directories.study }
    const { space, folds, dataset } = await prepareStudyData(file, directories.cache)
    expect({ space, folds }).toEqual({ space: described.space, folds: described.folds })
    expect(dataset?.findings).toEqual([{ kind: 'fewRows', part: 'test', rows: 16 }])
  })

  it('keep the ranges of a file that names values of its own', async () => {
    const directories = pictures()
    const checked = checkStudyText(`${text}enqueue: [{ batchSize: 128 }]\n`, 'yaml', { tasks })
    if (!checked.ok) throw new Error('not sound')
    const file = { ...checked, directory: directories.study }
    const { space } = await prepareStudyData(file, directories.cache)
    expect(space).toEqual(checked.specification.space)
  })

  it('say that parts are small, unless all of them validate', async () => {
    const directories = pictures()
    const { dataset } = await check(text, createDataChecker(directories))
    expect(dataRemarks(dataset).map(createTranslate('en').format)).toEqual([
      'The validation split has 16 rows: each counts for 6.3 percentage points of accuracy.',
      'The test split has 16 rows: each counts for 6.3 percentage points of accuracy.',
    ])
    const folded = await check(`${text}folds: 3\n`, createDataChecker(directories))
    expect(dataRemarks(folded.dataset)).toHaveLength(1)
  })
})

describe('what a form learns from data', () => {
  it.each([
    ['price', 'regression', 'validationRmse'],
    ['town', 'classification', 'validationAccuracy'],
  ])('target %s is a %s', async (target, problem, metric) => {
    const describeObjective = createObjectiveDescriber(folders())
    const described = await describeObjective({
      task: 'tabular',
      data: { file: 'houses.csv', target },
    })
    expect(described).toMatchObject({ ok: true, problem })
    const other = problem === 'regression' ? 'validationAccuracy' : 'validationRmse'
    const metrics = described.ok ? described.metrics.map(metricInfo => metricInfo.metric) : []
    expect(metrics).toContain(metric)
    expect(metrics).not.toContain(other)
  })
})
