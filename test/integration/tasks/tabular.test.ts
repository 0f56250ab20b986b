import { fileURLToPath } from 'node:url'
import { describeTask, type TaskCase } from '../../suites/task-suite.ts'

const fileOf = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/data/${name}`, import.meta.url))

const classification: TaskCase = {
  objective: {
    task: 'tabular',
    data: { file: fileOf('breast-cancer.csv'), target: 'diagnosis', problem: 'classification' },
  },
  parameters: { epochs: 30, units: 32, l2: 0.001 },
  quick: {
    data: { file: fileOf('breast-cancer.csv'), target: 'diagnosis', problem: 'classification' },
    parameters: { epochs: 4, units: 8, dropout: 0.1 },
  },
  goal: { metric: 'validationLoss', direction: 'minimize' },
  // The larger class alone would give an accuracy of 0.63.
  reaches: [
    { measure: 'Accuracy', least: 0.93 },
    { measure: 'Auc', least: 0.97 },
  ],
}

const regression: TaskCase = {
  objective: {
    task: 'tabular',
    data: { file: fileOf('diabetes.csv'), target: 'progression', categorical: ['sex'] },
  },
  parameters: { epochs: 40, units: 16, l2: 0.01, learningRate: 0.002 },
  quick: {
    data: { file: fileOf('diabetes.csv'), target: 'progression', categorical: ['sex'] },
    parameters: { epochs: 4, units: 8, batchNormalization: true },
  },
  goal: { metric: 'validationRmse', direction: 'minimize' },
  // The mean alone would give an R² of 0.
  reaches: [{ measure: 'R2', least: 0.35 }],
  absentMetrics: [
    'validationAccuracy',
    'validationBalancedAccuracy',
    'validationMacroF1',
    'validationAuc',
  ],
}

const penguins = fileURLToPath(new URL('../../../resources/samples/penguins.csv', import.meta.url))
const embeddings: TaskCase = {
  objective: { task: 'tabular', data: { file: penguins, target: 'species' } },
  parameters: { epochs: 40, units: 16, learningRate: 0.01, categories: 'embedding' },
  quick: {
    data: { file: penguins, target: 'species' },
    parameters: { epochs: 4, units: 8, layers: 2, residual: true, categories: 'embedding' },
  },
  goal: { metric: 'validationLoss', direction: 'minimize' },
  // The largest class alone would give an accuracy of 0.44.
  reaches: [{ measure: 'Accuracy', least: 0.95 }],
  absentMetrics: ['validationAuc', 'validationRmse', 'validationMae', 'validationR2'],
}

const boosted: TaskCase = {
  ...classification,
  counter: 'rounds',
  parameters: { family: 'boosting', rounds: 60, classWeights: 'balanced' },
  quick: {
    ...classification.quick,
    parameters: { family: 'boosting', rounds: 4, leaves: 6, baggingFraction: 0.7 },
  },
}
const manyClasses: TaskCase = {
  ...embeddings,
  counter: 'rounds',
  parameters: { family: 'boosting', rounds: 30, minRowsPerLeaf: 5 },
  quick: {
    ...embeddings.quick,
    parameters: { family: 'boosting', rounds: 4, featureFraction: 0.5, baggingFraction: 0.7 },
  },
}
const forest: TaskCase = {
  ...regression,
  counter: 'trees',
  parameters: { family: 'forest', trees: 80, minLeafRows: 5 },
  quick: { ...regression.quick, parameters: { family: 'forest', trees: 4 } },
}

describeTask('breast cancer with boosting', 'cpu', boosted)
describeTask('penguins with boosting', 'cpu', manyClasses)
describeTask('diabetes with a forest', 'cpu', forest)
describeTask('breast cancer', 'wasm', classification)
describeTask('penguins with embeddings', 'wasm', embeddings)
describeTask('penguins with embeddings', 'cpu', embeddings)
describeTask('diabetes', 'wasm', regression)
describeTask('breast cancer', 'cpu', classification)
