import { convolutionHyperparameters } from '../convolution-hyperparameters.ts'
import type { HyperparameterTable, HyperparameterValues } from '../hyperparameter.ts'
import { recurrentHyperparameters } from '../recurrent-hyperparameters.ts'
import { denseHyperparameters, trainingHyperparameters } from '../training-hyperparameters.ts'

/** Everything that a trial of the audio task can set. */
export const audioHyperparameters = {
  features: {
    kind: 'choice',
    values: ['logMel', 'mfcc'],
    default: 'logMel',
    description: 'Log-mel spectrogram, or mel-frequency cepstral coefficients of it.',
  },
  windowMs: {
    kind: 'float',
    low: 2,
    high: 500,
    default: 32,
    description: 'Length of the window of a frame, in milliseconds.',
  },
  hopMs: {
    kind: 'float',
    low: 1,
    high: 500,
    default: 16,
    description: 'Time from one frame to the next, in milliseconds.',
  },
  bands: {
    kind: 'int',
    low: 4,
    high: 256,
    default: 40,
    description: 'Mel bands from 0 to half the sample rate.',
  },
  coefficients: {
    kind: 'int',
    low: 1,
    high: 128,
    default: 20,
    description: 'Cepstral coefficients that mfcc keeps; all bands if there are fewer.',
  },
  model: {
    kind: 'choice',
    values: ['cnn2d', 'cnn1d', 'gru', 'lstm'],
    default: 'cnn2d',
    description: 'Convolutions over time and pitch, over time alone, or recurrent cells over time.',
  },
  ...convolutionHyperparameters,
  ...recurrentHyperparameters,
  ...denseHyperparameters,
  ...trainingHyperparameters,
  units: { ...denseHyperparameters.units, default: 64 },
  batchSize: { ...trainingHyperparameters.batchSize, default: 32 },
  epochs: { ...trainingHyperparameters.epochs, default: 20 },
} as const satisfies HyperparameterTable

export type AudioHyperparameters = HyperparameterValues<typeof audioHyperparameters>
