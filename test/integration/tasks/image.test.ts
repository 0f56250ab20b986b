import { describeTask, type TaskCase } from '../../suites/task-suite.ts'

const goal = { metric: 'validationAccuracy', direction: 'maximize' } as const
const mnist = (train: number, validation: number, test?: number) => ({
  source: 'mnist',
  train,
  validation,
  ...(test === undefined ? {} : { test }),
})

const mlp: TaskCase = {
  objective: { task: 'image', data: mnist(8_000, 1_000) },
  parameters: { epochs: 2, batchSize: 32, learningRate: 0.002 },
  quick: {
    data: mnist(400, 100, 100),
    parameters: { epochs: 3, dropout: 0.2, layers: 2, units: 32 },
  },
  goal,
  reaches: [
    { measure: 'Accuracy', least: 0.92 },
    { measure: 'BalancedAccuracy', least: 0.92 },
  ],
}

const cnn: TaskCase = {
  objective: { task: 'image', data: mnist(3_000, 500, 2_000) },
  parameters: {
    model: 'cnn',
    epochs: 2,
    batchSize: 32,
    filters: 8,
    units: 32,
    learningRate: 0.003,
  },
  quick: {
    data: mnist(200, 50, 50),
    parameters: {
      model: 'cnn',
      filters: 4,
      units: 16,
      epochs: 3,
      batchNormalization: true,
      dropout: 0.2,
      pooling: 'average',
    },
  },
  goal,
  reaches: [{ measure: 'Accuracy', least: 0.92 }],
}

describeTask('MNIST, dense network', 'wasm', mlp)
describeTask('MNIST, convolutional network', 'wasm', cnn)
describeTask('MNIST, separable convolutions', 'wasm', {
  ...cnn,
  parameters: { ...cnn.parameters, convolutionKind: 'separable', batchNormalization: true },
  quick: {
    data: cnn.quick.data,
    parameters: { ...cnn.quick.parameters, convolutionKind: 'separable' },
  },
})
// The cpu engine is slow: fewer images, so less is asked for.
describeTask('MNIST, dense network', 'cpu', {
  ...mlp,
  objective: { task: 'image', data: mnist(2_000, 500, 1_000) },
  reaches: [{ measure: 'Accuracy', least: 0.86 }],
})
