import { describe, expect, it } from 'vitest'
import {
  measurementDifferences,
  type MeasuredStudy,
} from '../../../../src-main/analysis/comparison/measured-alike.ts'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../../../src-main/core/study/study-specification.ts'

const table = (
  name: string,
  data: object,
  change: Partial<StudySpecificationInput> = {},
  dataset: MeasuredStudy['dataset'] = null,
): MeasuredStudy => ({
  name,
  dataset,
  specification: studySpecificationSchema.parse({
    name,
    objective: { task: 'tabular', data },
    goals: [{ metric: 'validationRmse', direction: 'minimize' }],
    space: { units: { int: [1, 9] } },
    stop: { trials: 1 },
    ...change,
  }),
})
const houses = { file: 'houses.csv', target: 'price' }
const aspectsOf = (...studies: MeasuredStudy[]) =>
  measurementDifferences(studies).differences.map(({ aspect }) => aspect)

describe('values of studies', () => {
  it('can be compared where samplers, spaces, seeds and left-out columns differ', () => {
    const other = table('b', { ...houses, ignore: ['id'] }, { sampler: { name: 'tpe' }, seed: 3 })
    expect(aspectsOf(table('a', houses), other)).toEqual([])
  })

  it.each([
    ['data', table('b', { ...houses, file: 'diabetes.csv' })],
    ['target', table('b', { ...houses, target: 'rent' })],
    ['split', table('b', { ...houses, validation: 0.5 })],
    ['split', table('b', houses, { folds: 5 })],
    ['goal', table('b', houses, { goals: [{ metric: 'validationMae', direction: 'minimize' }] })],
    ['task', table('b', houses, { objective: { task: 'text', data: houses } })],
  ])('cannot where the %s differs', (aspect, other) => {
    expect(aspectsOf(table('a', houses), other)).toEqual([aspect])
  })

  it('are of the same data where the content is the same, wherever the file lies', () => {
    const first = table('a', houses, {}, { contentHash: 'x' })
    const moved = table('b', { ...houses, file: '/other/houses.csv' }, {}, { contentHash: 'x' })
    expect(aspectsOf(first, moved)).toEqual([])
    const changed = table('c', houses, {}, { contentHash: 'y' })
    expect(aspectsOf(first, changed)).toEqual(['data'])
  })

  it('can be compared with those of a program, which may measure the same', () => {
    const program = table('b', houses, { objective: { command: ['python3', 'train.py'] } })
    expect(aspectsOf(table('a', houses), program)).toEqual([])
  })

  it('say which of them can be compared', () => {
    const studies = [
      table('a', houses),
      table('b', houses, { seed: 9 }),
      table('c', { ...houses, target: 'rent' }),
    ]
    expect(measurementDifferences(studies)).toEqual({
      differences: [
        {
          aspect: 'target',
          values: [
            { study: 'a', value: 'price' },
            { study: 'b', value: 'price' },
            { study: 'c', value: 'rent' },
          ],
        },
      ],
      comparable: [['a', 'b']],
    })
  })
})
