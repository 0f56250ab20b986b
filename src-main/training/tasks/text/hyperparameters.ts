import { attentionHyperparameters } from '../attention-layers.ts'
import { convolutionHyperparameters } from '../convolution-hyperparameters.ts'
import type { HyperparameterTable, HyperparameterValues } from '../hyperparameter.ts'
import { recurrentHyperparameters } from '../recurrent-layers.ts'
import { denseHyperparameters, trainingHyperparameters } from '../training-hyperparameters.ts'

/** Everything that a trial of the text task can set. */
export const textHyperparameters = {
  tokens: { kind: 'choice', values: ['words', 'characters'], default: 'words' },
  vocabularySize: { kind: 'int', low: 3, high: 200_000, default: 5_000 },
  length: { kind: 'int', low: 1, high: 10_000, default: 200 },
  embeddingDimensions: { kind: 'int', low: 1, high: 1024, default: 32 },
  model: { kind: 'choice', values: ['mean', 'cnn1d', 'gru', 'lstm', 'attention'], default: 'mean' },
  ...convolutionHyperparameters,
  ...recurrentHyperparameters,
  ...attentionHyperparameters,
  ...denseHyperparameters,
  ...trainingHyperparameters,
  convolutionBlocks: { ...convolutionHyperparameters.convolutionBlocks, default: 1 },
  filters: { ...convolutionHyperparameters.filters, default: 64 },
  globalPooling: { ...convolutionHyperparameters.globalPooling, default: 'max' },
  pooling: { ...convolutionHyperparameters.pooling, default: 'none' },
  layers: { ...denseHyperparameters.layers, default: 0 },
  units: { ...denseHyperparameters.units, default: 64 },
  batchSize: { ...trainingHyperparameters.batchSize, default: 32 },
} as const satisfies HyperparameterTable

export type TextHyperparameters = HyperparameterValues<typeof textHyperparameters>
