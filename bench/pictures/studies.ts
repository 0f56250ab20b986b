/** Study files of the pictures in docs/images: small enough to run in a minute, with something to see. */

export const penguins = `# Species of a penguin from its measures
name: penguins
objective: { task: tabular, data: { file: penguins.csv, target: species } }
goals: [{ metric: validationAccuracy, direction: maximize }]
space:
  learningRate: { float: [1.0e-4, 1.0e-1], log: true }
  units: { int: [4, 64], log: true }
  dropout: { float: [0, 0.5] }
  optimizer: { choice: [sgd, adam] }
  momentum: { float: [0, 0.95], when: { optimizer: sgd } }
  epochs: { fixed: 12 }
sampler: { name: tpe }
pruner: { name: median }
checkpoint: { keepBest: 5 }
stop: { trials: 40 }
parallelTrials: 1
engine: wasm
seed: 3
`

export const digits = `name: digits
objective: { task: image, data: { source: mnist, train: 600 } }
goals: [{ metric: validationAccuracy, direction: maximize }]
space:
  learningRate: { float: [1.0e-3, 1.0e-1], log: true }
  units: { int: [8, 32], step: 8 }
  epochs: { fixed: 3 }
sampler: { name: random }
stop: { trials: 6 }
engine: wasm
seed: 1
`

export const live = `name: ackley-live
objective: { function: ackley, dimension: 2, steps: 30, durationMs: 120 }
goals: [{ metric: value, direction: minimize }]
space:
  x0: { float: [-5, 5] }
  x1: { float: [-5, 5] }
sampler: { name: gp }
pruner: { name: median }
stop: { trials: 60, minutes: 20 }
parallelTrials: 2
`

export const planned = `# Which network reads the digits best?
name: digits-next
objective: { task: image, data: { source: mnist, train: 600 } }
goals: [{ metric: validationAccuracy, direction: maximize }]
space:
  learningRate: { float: [1.0e-4, 1.0e-1], log: true }
  optimizer: { choice: [sgd, adam] }
  momentum: { float: [0, 0.95], when: { optimizer: sgd } }
  units: { int: [8, 64], step: 8 }
  dropout: { float: [0, 0.5] }
  epochs: { fixed: 3 }
sampler: { name: tpe }
pruner: { name: median }
stop: { trials: 40, minutes: 30 }
parallelTrials: 2
`

export const front = `name: three-goals
objective: { function: dtlz2, dimension: 5, objectives: 3 }
goals:
  - { metric: f1, direction: minimize }
  - { metric: f2, direction: minimize }
  - { metric: f3, direction: minimize }
space:
  x0: { float: [0, 1] }
  x1: { float: [0, 1] }
  x2: { float: [0, 1] }
  x3: { float: [0, 1] }
  x4: { float: [0, 1] }
sampler: { name: nsga2, population: 20 }
stop: { trials: 160 }
seed: 2
`

const rosenbrock = `objective: { function: rosenbrock, dimension: 3 }
goals: [{ metric: value, direction: minimize }]
space:
  x0: { float: [-2, 2] }
  x1: { float: [-2, 2] }
  x2: { float: [-2, 2] }
`

export const generations = `name: generations
${rosenbrock}sampler: { name: genetic, population: 12, offspring: 12 }
stop: { trials: 84 }
seed: 5
`

export const population = `name: population
objective: { task: tabular, data: { file: penguins.csv, target: species } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  learningRate: { float: [1.0e-3, 1.0e-1], log: true }
  dropout: { float: [0, 0.5] }
  units: { fixed: 16 }
  epochs: { fixed: 12 }
sampler: { name: pbt, population: 6, interval: 2, steps: 12 }
checkpoint: { keepBest: 20 }
stop: { trials: 99 }
engine: wasm
seed: 4
`

/** The same search five times by each of two samplers. */
export const rivals = ['random', 'tpe'].flatMap(sampler =>
  [1, 2, 3, 4, 5].map(
    seed => `name: ${sampler}-${seed}
${rosenbrock}sampler: { name: ${sampler} }
stop: { trials: 60 }
seed: ${seed}
`,
  ),
)
