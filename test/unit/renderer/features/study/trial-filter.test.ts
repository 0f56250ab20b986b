import { trialRow } from '../../../../helpers/trial-row.ts'
import fc from 'fast-check'
import { msg, verbatim } from '../../../../../src-main/core/errors/message.ts'
import { describe, expect, it } from 'vitest'
import type { ParameterValue } from '../../../../../src-main/core/trial/trial.ts'
import { parameterNames } from '../../../../helpers/parameter-names.ts'
import { studySpecificationSchema } from '../../../../../src-main/core/study/study-specification.ts'
import { fillsOf } from '../../../../../src-renderer/features/study/trial-cells.ts'
import {
  sortTrials,
  type TrialColumn,
  trialColumns,
} from '../../../../../src-renderer/features/study/trial-columns.ts'
import {
  filterName,
  filterValue,
  trialFilter,
  unknownNames,
} from '../../../../../src-renderer/features/study/trial-filter.ts'

const trials = [
  trialRow(0, { parameters: { optimizer: 'adam', units: 64, deep: true }, values: [0.5] }),
  trialRow(1, {
    state: 'pruned',
    parameters: { optimizer: 'sgd', units: 8 },
    values: [Number.NaN],
  }),
  trialRow(2, { state: 'failed', parameters: { units: 128 }, reason: verbatim('Out of memory') }),
  trialRow(3, {
    state: 'running',
    parameters: { optimizer: 'adamw', units: 64 },
    finishedAtMs: null,
  }),
]

describe('trialFilter', () => {
  it.each([
    ['', [0, 1, 2, 3]],
    ['state:pruned', [1]],
    ['optimizer:adam', [0]],
    ['adam', [0, 3]],
    ['MEMORY', [2]],
    ['units>8', [0, 2, 3]],
    ['units>=64 units<128', [0, 3]],
    ['units=64 deep:true', [0]],
    ['value<1', [0]],
    ['trial>2', [3]],
    ['optimizer<3', []],
    ['unknown:1', []],
    ['constructor:1', []],
    ['units>many', []],
  ])('%s', (text, numbers) => {
    expect(trials.filter(trialFilter(text, 'en')).map(({ number }) => number)).toEqual(numbers)
  })

  it('takes parameters and values of any name', () => {
    fc.assert(
      fc.property(parameterNames, fc.string({ minLength: 1 }), ([a = 'a', b = 'b'], value) => {
        const match = trialRow(0, {
          parameters: Object.fromEntries<ParameterValue>([
            [a, value],
            [b, 3],
          ]),
        })
        const others = [
          trialRow(1, {
            parameters: Object.fromEntries<ParameterValue>([
              [a, `${value}?`],
              [b, 3],
            ]),
          }),
          trialRow(2, {
            parameters: Object.fromEntries<ParameterValue>([
              [a, value],
              [b, 2],
            ]),
          }),
          trialRow(3),
        ]
        const words = `${filterName(a)}:${filterValue(value)} ${filterName(b)}>2`
        expect([match, ...others].filter(trialFilter(words, 'en'))).toEqual([match])
      }),
    )
  })

  it('tells names that nothing has from values that none has', () => {
    const parameters = ['units', 'value', 'the optimizer']
    const names = (text: string): string[] => unknownNames(text, parameters)
    expect(names('state:pruned value<1 `value`>2 units=7 `the optimizer`:sgd adam')).toEqual([])
    expect(names('unit>8 `the rate`:1 unit<9 constructor:1')).toEqual([
      'unit',
      'the rate',
      'constructor',
    ])
  })

  it('finds reasons as they are shown, and by their codes', () => {
    const stopped = [
      trialRow(0, { reason: msg('pruning.waitsAtRung', { rung: 1, step: 3 }) }),
      trialRow(1, { reason: verbatim('boom') }),
    ]
    for (const text of ['等待', 'waitsAtRung']) {
      expect(stopped.filter(trialFilter(text, 'zh-CN'))).toEqual([stopped[0]])
    }
    expect(stopped.filter(trialFilter('等待', 'en'))).toEqual([])
  })
})

describe('sortTrials', () => {
  const columns = trialColumns(
    studySpecificationSchema.parse({
      name: 'table',
      objective: { function: 'branin' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: {
        units: { int: [1, 128] },
        optimizer: { choice: ['adam', 'sgd', 'adamw'] },
        epochs: { fixed: 5 },
      },
      stop: { trials: 4 },
    }),
  )
  const by = (id: string, descending = false): number[] => {
    const column = columns.find(candidate => candidate.id === id) as TrialColumn
    return sortTrials(trials, column, descending).map(({ number }) => number)
  }

  it('has a column for everything that varies', () => {
    expect(columns.map(({ id }) => id)).toEqual([
      'number',
      'state',
      'value.0',
      'parameter.units',
      'parameter.optimizer',
      'duration',
      'reason',
    ])
  })

  it('puts what has no value last, whichever way', () => {
    expect(by('value.0')).toEqual([0, 1, 2, 3])
    expect(by('value.0', true)).toEqual([0, 1, 2, 3])
    expect(by('duration')).toEqual([0, 1, 2, 3])
    expect(by('parameter.optimizer')).toEqual([0, 3, 1, 2])
    expect(by('parameter.optimizer', true)).toEqual([1, 3, 0, 2])
  })

  it('keeps equal ones by number', () => {
    expect(by('parameter.units', true)).toEqual([2, 0, 3, 1])
  })
})

describe('bars behind the values of a goal', () => {
  const shareOf = (values: readonly number[], direction: 'minimize' | 'maximize'): number[] => {
    const rows = values.map((value, number) => trialRow(number, { values: [value] }))
    const fills = fillsOf([{ metric: 'loss', direction }], rows)
    const column = { id: 'value.0', kind: 'value' } as const
    return rows.map(trialRow =>
      Math.round(
        Number.parseFloat(
          /\) ([\d.]+)%/u.exec(fills(trialRow, column)['background'] ?? '')?.[1] ?? '0',
        ),
      ),
    )
  }

  it('grow with the value, the best one has all of it', () => {
    expect(shareOf([1, 2, 3, 4, 5], 'maximize')).toEqual([0, 25, 50, 75, 100])
    expect(shareOf([1, 2, 3, 4, 5], 'minimize')).toEqual([100, 75, 50, 25, 0])
  })

  it('tell good values apart where the axis of the charts is logarithmic', () => {
    const values = [0.001, 0.01, 0.1, 1, 10]
    expect(shareOf(values, 'minimize')).toEqual([100, 75, 50, 25, 0])
  })
})
