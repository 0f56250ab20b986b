import { describe, expect, it } from 'vitest'
import { messageLine } from '../../../helpers/message-line.ts'
import { formatPath } from '../../../../src-main/core/errors/problem.ts'
import type { SpaceSpecification } from '../../../../src-main/core/study/space-specification.ts'
import { checkSpaceAgainst } from '../../../../src-main/training/tasks/check-space.ts'
import { imageHyperparameters } from '../../../../src-main/training/tasks/image/hyperparameters.ts'
import { readHyperparameters } from '../../../../src-main/training/tasks/read-hyperparameters.ts'
import { tabularHyperparameters } from '../../../../src-main/training/tasks/tabular/hyperparameters.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

const problemsOf = (space: SpaceSpecification) =>
  checkSpaceAgainst(imageHyperparameters, space).map(
    ({ path, value, rule }) => [formatPath(path), value, messageLine(rule)] as const,
  )

describe('checkSpaceAgainst', () => {
  it('accepts every kind of range that fits', () => {
    expect(
      problemsOf({
        learningRate: { float: [1e-4, 1], log: true },
        dropout: { choice: [0, 0.25] },
        momentum: { int: [0, 0] },
        units: { int: [1, 4096] },
        units2: { fixed: 16 },
        batchSize: { ordinal: [32, 64] },
        model: { choice: ['mlp', 'cnn'] },
        activation: { ordinal: ['relu', 'gelu'] },
        batchNormalization: { choice: [true, false] },
      }),
    ).toEqual([])
  })

  const wrong: [string, SpaceSpecification, string, unknown, RegExp][] = [
    [
      'an unknown name',
      { learning_rate: { fixed: 1 } },
      'space.learning_rate',
      'learning_rate',
      /hint=\(rule.didYouMean name=learningRate\) known=model,/,
    ],
    [
      'a name of Object',
      { constructor: { fixed: 1 } },
      'space.constructor',
      'constructor',
      /^rule.unknownName kind=parameter known=model,/,
    ],
    [
      'a negative rate',
      { learningRate: { float: [-1, 1] } },
      'space.learningRate.float[0]',
      -1,
      /^rule.numberBetween low=1e-8 high=100$/,
    ],
    ['a rate of zero', { learningRate: { fixed: 0 } }, 'space.learningRate.fixed', 0, /low=1e-8/],
    [
      'a dropout of one',
      { dropout: { float: [0, 1] } },
      'space.dropout.float[1]',
      1,
      /low=0 high=0.95/,
    ],
    [
      'fractions of units',
      { units: { float: [16, 64] } },
      'space.units.float',
      [16, 64],
      /rule.takesWhole/,
    ],
    [
      'a fractional choice',
      { units: { choice: [16, 1.5] } },
      'space.units.choice[1]',
      1.5,
      /rule.wholeBetween low=1 high=4096/,
    ],
    [
      'an unknown optimizer',
      { optimizer: { choice: ['adam', 'adam2'] } },
      'space.optimizer.choice[1]',
      'adam2',
      /sgd,momentum,nesterov,rmsprop,adagrad,adam,adamw,lion/,
    ],
    [
      'a range of names',
      { optimizer: { int: [0, 3] } },
      'space.optimizer.int',
      [0, 3],
      /rule.takesNames/,
    ],
    ['a number as name', { model: { fixed: 3 } }, 'space.model.fixed', 3, /mlp,cnn/],
    [
      'a text as number',
      { epochs: { fixed: '5' } },
      'space.epochs.fixed',
      '5',
      /rule.wholeBetween/,
    ],
    [
      'a text as truth',
      { batchNormalization: { choice: ['yes'] } },
      'space.batchNormalization.choice[0]',
      'yes',
      /kind.boolean/,
    ],
    [
      'a range of truths',
      { batchNormalization: { int: [0, 1] } },
      'space.batchNormalization.int',
      [0, 1],
      /rule.takesBooleans/,
    ],
  ]
  it.each(wrong)('finds %s', (_name, space, path, value, rule) => {
    const problems = problemsOf(space)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toEqual([path, value, expect.stringMatching(rule)])
  })

  it('finds everything at once', () => {
    const space = { layers: { int: [-1, 99] }, unitz: { fixed: 1 } } as SpaceSpecification
    expect(problemsOf(space).map(([path]) => path)).toEqual([
      'space.layers.int[0]',
      'space.layers.int[1]',
      'space.unitz',
    ])
  })

  it('knows that tables have no filters', () => {
    const problems = checkSpaceAgainst(tabularHyperparameters, { filters: { fixed: 8 } })
    expect(problems).toHaveLength(1)
  })
})

describe('readHyperparameters', () => {
  it('fills in defaults that are allowed themselves', () => {
    for (const table of [imageHyperparameters, tabularHyperparameters]) {
      const defaults = readHyperparameters(table, {})
      const set = Object.entries(defaults).filter(([, value]) => value !== null)
      expect(readHyperparameters(table, Object.fromEntries(set) as never)).toEqual(defaults)
    }
    expect(readHyperparameters(imageHyperparameters, { epochs: 9 })).toMatchObject({
      model: 'mlp',
      learningRate: 0.001,
      epochs: 9,
      units3: null,
    })
  })

  it.each([
    ['learningRate', Number.NaN],
    ['learningRate', -1],
    ['units', 1.5],
    ['optimizer', 'toString'],
    ['leraningRate', 0.1],
    ['__proto__x', 1],
  ])('refuses %s = %s', async (field, value) => {
    const error = await catchAppError(() =>
      readHyperparameters(imageHyperparameters, { [field]: value }),
    )
    expect(error.code).toBe('training.invalid')
    expect(error.detail).toMatchObject({ field, value })
  })
})
