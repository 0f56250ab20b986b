import type { SpaceSpecification } from '../../src-main/core/study/space-specification.ts'

/** Branches, one within another. */
export const conditional: SpaceSpecification = {
  optimizer: { choice: ['sgd', 'momentum', 'adam'] },
  momentum: { float: [0, 1], step: 0.25, when: { optimizer: ['momentum', 'sgd'] } },
  nesterov: { choice: [true, false], when: { momentum: [0.75, 1] } },
  beta: { float: [0.8, 0.999], when: { optimizer: 'adam' } },
  layers: { int: [1, 3] },
  second: { int: [8, 64], log: true, when: { layers: [2, 3] } },
  third: { ordinal: [8, 16, 32], when: { layers: 3, optimizer: ['sgd', 'adam'] } },
}

/** Every kind of parameter, and branches. */
export const mixed: SpaceSpecification = {
  ...conditional,
  rate: { float: [1e-5, 1], log: true },
  units: { int: [16, 256], step: 16 },
  size: { ordinal: ['small', 'medium', 'large'] },
  epochs: { fixed: 5 },
}
