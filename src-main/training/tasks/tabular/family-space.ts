import { ownValue } from '../../../core/values/named-values.ts'
import type { SpaceSpecification } from '../../../core/study/space-specification.ts'
import { families, familyHyperparameters } from './hyperparameters.ts'

/** Where a search over networks alone starts. */
export const networkSpace: SpaceSpecification = {
  layers: { int: [1, 4] },
  units: { int: [16, 256], log: true },
  activation: { choice: ['relu', 'tanh', 'elu'] },
  dropout: { float: [0, 0.5] },
  batchNormalization: { choice: [true, false] },
  residual: { choice: [true, false], when: { layers: [2, 3, 4] } },
  l2: { float: [1e-6, 1e-1], log: true },
  optimizer: { choice: ['momentum', 'rmsprop', 'adam'] },
  learningRate: { float: [1e-4, 1e-1], log: true },
  momentum: { float: [0.5, 0.99], when: { optimizer: 'momentum' } },
  schedule: { choice: ['constant', 'cosine'] },
  batchSize: { ordinal: [16, 32, 64, 128] },
  epochs: { fixed: 30 },
}

/** Every family has parameters of its own. */
export const familySpace = withFamilies({
  family: { choice: ['boosting', 'network', 'forest', 'linear'] },
  ...networkSpace,
  batchSize: { ordinal: [32, 64, 128] },
  epochs: { fixed: 60 },
  rounds: { fixed: 1000 },
  shrinkage: { float: [0.01, 0.3], log: true },
  leaves: { int: [4, 128], log: true },
  minRowsPerLeaf: { int: [2, 100], log: true },
  lambdaL2: { float: [1e-3, 100], log: true },
  featureFraction: { float: [0.2, 1] },
  baggingFraction: { float: [0.5, 1] },
  trees: { fixed: 200 },
  rowFraction: { float: [0.3, 1] },
  splitFraction: { float: [0.05, 1], log: true },
  minLeafRows: { int: [1, 20], log: true },
  ridge: { float: [1e-3, 1e4], log: true },
  patience: { fixed: 100, when: { family: 'boosting' } },
})

/**
 * A space in which parameters exist only for the families that read them, so that no two of its points are the same
 * training. One that has conditions already keeps them.
 */
export function withFamilies(space: SpaceSpecification): SpaceSpecification {
  const family = ownValue(space, 'family')
  if (family === undefined || family.when !== undefined) return space
  const chosen = 'choice' in family ? family.choice : 'ordinal' in family ? family.ordinal : []
  const possible = families.filter(candidate => chosen.includes(candidate))
  return Object.fromEntries(
    Object.entries(space).map(([name, parameter]) => {
      const readers = possible.filter(reader => Object.hasOwn(familyHyperparameters[reader], name))
      const isShared = readers.length === 0 || readers.length === possible.length
      if (name === 'family' || parameter.when !== undefined || isShared) return [name, parameter]
      return [name, { ...parameter, when: { family: readers } }]
    }),
  )
}
