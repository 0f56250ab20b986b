import { describe, expect, it } from 'vitest'
import {
  type BoostingCase,
  fromStored,
  readBoostingCases,
} from '../../../../src-main/engines/boosting/check-booster.ts'
import { loadBooster } from '../../../../src-main/engines/boosting/load-booster.ts'
import type { BoosterLibrary } from '../../../../src-main/training/boosting/booster.ts'
import { ownBooster } from '../../../../src-main/training/boosting/own-booster.ts'
import { readTrees } from '../../../../src-main/training/boosting/read-trees.ts'
import { treeContributions } from '../../../../src-main/training/boosting/tree-shap.ts'
import { boosterPacks } from '../../../helpers/booster-packs.ts'

const stored = await readBoostingCases()
const training = fromStored(stored.training)
const validation = fromStored(stored.validation)
const head = {
  rows: 4,
  columns: validation.columns.map(column => ({ ...column, values: column.values.subarray(0, 4) })),
}

/** Trained on a stored case, and what LightGBM's own Python package says of it. */
function contributionsOf(library: BoosterLibrary, boostingCase: BoostingCase) {
  const { objective, parameters, rounds, expected } = boostingCase
  const data = {
    ...training,
    target: Float64Array.from(boostingCase.target),
    weights: boostingCase.weights === null ? null : Float64Array.from(boostingCase.weights),
  }
  const booster = library.train({ data, validation, objective, parameters, start: null })
  for (let round = 0; round < rounds; round++) booster.boostRound()
  const weights = booster.save(rounds)
  booster.dispose()
  const model = library.load(weights)
  const scores = model.predict(head)
  model.dispose()
  const trees = readTrees({ library: library.name, objective }, weights)
  const ours = treeContributions(trees, head, training)
  return { scores, ours, theirs: expected['lightgbm']?.contributions ?? [] }
}

const distance = (actual: ArrayLike<number>, expected: readonly number[]): number =>
  expected.reduce(
    (worst, value, at) => Math.max(worst, Math.abs(value - (actual[at] as number))),
    0,
  )

// Random rows LightGBM counts among those that it has drawn.
const cases = stored.cases.filter(({ name }) => name !== 'randomness')

describe('SHAP values', () => {
  it.each(cases)('of our trees sum to the score: $name', boostingCase => {
    const { scores, ours } = contributionsOf(ownBooster, boostingCase)
    const width = head.columns.length + 1
    const sums = Array.from(scores, (_, at) =>
      ours.slice(at * width, (at + 1) * width).reduce((sum, value) => sum + value, 0),
    )
    expect(ours).toHaveLength(scores.length * width)
    expect(distance(scores, sums)).toBeLessThan(1e-9)
  })

  // The trees of the other losses hang on ties after some rounds.
  it.each(cases.filter(({ name }) => ['squaredError', 'absoluteError', 'softmax'].includes(name)))(
    "of our trees are those of LightGBM's Python package: $name",
    boostingCase => {
      const { ours, theirs } = contributionsOf(ownBooster, boostingCase)
      expect(ours).toHaveLength(theirs.length)
      expect(distance(ours, theirs)).toBeLessThan(1e-6)
    },
  )

  it.runIf(boosterPacks.includes('lightgbm')).each(cases)(
    'of LightGBM’s trees are its own: $name',
    boostingCase => {
      const { ours, theirs } = contributionsOf(loadBooster('lightgbm'), boostingCase)
      expect(ours).toHaveLength(theirs.length)
      expect(distance(ours, theirs)).toBeLessThan(1e-6)
    },
  )
})
