import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type BoosterColumn,
  type BoosterObjective,
  type BoosterRequest,
  boosterDefaults,
  bytesToTensor,
  tensorToBytes,
} from '../../../../src-main/training/boosting/booster.ts'
import { ownBooster } from '../../../../src-main/training/boosting/own-booster.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

interface Golden {
  readonly train: number
  readonly columns: readonly (readonly (number | null)[])[]
  readonly targets: Readonly<Record<string, readonly number[]>>
  readonly weights: readonly number[]
  readonly cases: readonly {
    readonly name: string
    readonly objective: string
    readonly target: string
    readonly weighted: boolean
    readonly categorical: boolean
    readonly parameters: Readonly<Record<string, number>>
    readonly raw: Readonly<Record<string, readonly number[]>>
    readonly gains: readonly number[]
  }[]
}

/** Written by fixtures/boosting/generate_own.py with LightGBM 4.7. */
const golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/boosting/own.generated.json', import.meta.url), 'utf8'),
) as Golden
const rows = golden.columns[0]?.length ?? 0

const objectives: Readonly<Record<string, BoosterObjective>> = {
  regression: { kind: 'squaredError' },
  regression_l1: { kind: 'absoluteError' },
  quantile: { kind: 'quantile', quantile: 0.8 },
  binary: { kind: 'logistic' },
  multiclass: { kind: 'softmax', classes: 3 },
}

function columnsOf(from: number, to: number, categorical: boolean): BoosterColumn[] {
  return golden.columns.map((values, index) => ({
    name: String(index),
    kind: categorical && index >= 5 ? 'categorical' : 'numeric',
    levels: 12,
    values: Float64Array.from(values.slice(from, to), value => value ?? Number.NaN),
  }))
}

function requestOf(goldenCase: Golden['cases'][number]): BoosterRequest {
  const parameters = goldenCase.parameters
  const { train } = golden
  return {
    data: {
      rows: train,
      columns: columnsOf(0, train, goldenCase.categorical),
      target: Float64Array.from((golden.targets[goldenCase.target] ?? []).slice(0, train)),
      weights: goldenCase.weighted ? Float64Array.from(golden.weights.slice(0, train)) : null,
    },
    validation: { rows: rows - train, columns: columnsOf(train, rows, goldenCase.categorical) },
    objective: objectives[goldenCase.objective] ?? { kind: 'squaredError' },
    parameters: {
      ...boosterDefaults,
      leaves: parameters['num_leaves'] ?? 31,
      minRowsPerLeaf: parameters['min_data_in_leaf'] ?? 20,
      lambdaL1: parameters['lambda_l1'] ?? 0,
      lambdaL2: parameters['lambda_l2'] ?? 0,
      minGain: parameters['min_gain_to_split'] ?? 0,
      maxDepth: parameters['max_depth'] ?? 0,
      maxBins: parameters['max_bin'] ?? 255,
      minRowsPerGroup: parameters['min_data_per_group'] ?? 100,
    },
    start: null,
  }
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, at) => Math.abs(value - (b[at] ?? Number.NaN))))

describe('our booster beside LightGBM', () => {
  it.each(golden.cases.map(goldenCase => [goldenCase.name, goldenCase] as const))(
    '%s',
    (_name, goldenCase) => {
      const request = requestOf(goldenCase)
      const booster = ownBooster.train(request)
      for (const [count, expected] of Object.entries(goldenCase.raw)) {
        while (booster.rounds < Number(count)) booster.boostRound()
        expect(worst(expected, booster.scores('validation'))).toBeLessThan(1e-6)
      }
      const model = ownBooster.load(booster.save(booster.rounds))
      // Scores that are kept up to date are those of the model from its file.
      expect(model.predict(request.validation)).toEqual(booster.scores('validation'))
      const gains = model.gains()
      for (const [column, gain] of goldenCase.gains.entries()) {
        expect(Math.abs((gains[column] ?? Number.NaN) - gain)).toBeLessThan(
          1e-4 * Math.max(1, gain),
        )
      }
    },
  )
})

describe('a training that goes on', () => {
  it('gives what one gives that never stopped', () => {
    const [goldenCase] = golden.cases
    if (goldenCase === undefined) throw new Error('no case')
    const request = requestOf(goldenCase)
    const parameters = {
      ...request.parameters,
      baggingFraction: 0.6,
      featureFraction: 0.5,
      seed: 7,
    }
    const whole = ownBooster.train({ ...request, parameters })
    for (let round = 0; round < 10; round++) whole.boostRound()
    const half = ownBooster.train({ ...request, parameters })
    for (let round = 0; round < 4; round++) half.boostRound()
    const resumed = ownBooster.train({ ...request, parameters, start: half.save(4) })
    expect(resumed.rounds).toBe(4)
    while (resumed.rounds < 10) resumed.boostRound()
    expect(resumed.save(10)).toEqual(whole.save(10))
    expect(resumed.scores('training')).toEqual(whole.scores('training'))
    expect(whole.save(4)).toEqual(half.save(4))
  })
})

describe('gaps that training has not seen', () => {
  it('go where most rows go', () => {
    const values = Float64Array.from({ length: 100 }, (_, row) => row)
    const column = { name: 'x', kind: 'numeric', levels: 0, values } as const
    const data = {
      rows: 100,
      columns: [column],
      target: values.map(value => (value < 30 ? 0 : 1)),
      weights: null,
    }
    const validation = {
      rows: 2,
      columns: [{ ...column, values: Float64Array.of(Number.NaN, 99) }],
    }
    const parameters = { ...boosterDefaults, leaves: 2 }
    const objective = { kind: 'squaredError' } as const
    const booster = ownBooster.train({ data, validation, objective, parameters, start: null })
    booster.boostRound()
    const [missing, large] = booster.scores('validation')
    expect(missing).toBe(large)
  })
})

describe('a damaged model', () => {
  it('is refused', async () => {
    const [goldenCase] = golden.cases
    if (goldenCase === undefined) throw new Error('no case')
    const booster = ownBooster.train(requestOf(goldenCase))
    booster.boostRound()
    const model = booster.save(1)
    for (const name of ['trees.nodes', 'trees.values', 'trees.columns']) {
      const broken = model.map(tensor =>
        tensor.name === name ? { ...tensor, data: new Int32Array(tensor.data.length) } : tensor,
      )
      const isNodes = name !== 'trees.values'
      const error = await catchAppError(() => {
        ownBooster.load(isNodes ? broken : model.filter(tensor => tensor.name !== name))
      })
      expect(error.code).toBe('data.invalid')
    }
  })
})

describe('bytes as a tensor', () => {
  it.each([0, 1, 4, 7])('come back, %i of them', length => {
    const bytes = Uint8Array.from({ length }, (_, index) => 255 - index)
    expect(tensorToBytes(bytesToTensor('model', bytes))).toEqual(bytes)
  })

  it('are refused where their number is wrong', () => {
    expect(tensorToBytes({ name: 'model', shape: [1], data: Int32Array.of(9) })).toBeNull()
    expect(tensorToBytes({ name: 'model', shape: [1], data: Float32Array.of(0) })).toBeNull()
  })
})
