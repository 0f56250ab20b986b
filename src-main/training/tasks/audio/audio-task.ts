import { z } from 'zod'
import { audioDataSchema } from '../../../core/data/data-settings.ts'
import type { PreparedDataset } from '../../../core/data/dataset.ts'
import { createSpectralFeatures } from '../../audio/spectral-features.ts'
import type { HeldOut } from '../../data/folds.ts'
import type { Split } from '../../data/split.ts'
import { readAudioSchema } from '../../data/dataset-schema.ts'
import { metricDefinitions } from '../../metrics/metric-definitions.ts'
import { classEvaluation } from '../class-evaluation.ts'
import { createNetworkTask, type NetworkProblem } from '../network-task.ts'
import { openAudioInputs, recordingLength } from './audio-inputs.ts'
import { audioNetwork } from './audio-network.ts'
import { audioHyperparameters, type AudioHyperparameters } from './hyperparameters.ts'

const settingsSchema = z.strictObject({
  task: z.literal('audio').optional(),
  data: audioDataSchema,
})

/** Inputs that shape a network. */
const inputsSchema = z.object({ sampleRate: z.int(), seconds: z.number(), classes: z.int() })

type AudioSettings = z.output<typeof settingsSchema>

/** Classification of short recordings: words, speakers, sounds. */
export const audioTask = createNetworkTask({
  name: 'audio',
  settingsSchema,
  hyperparameters: audioHyperparameters,
  metrics: () => metricDefinitions('classification', true),
  defaultSpace: () => ({
    features: { choice: ['logMel', 'mfcc'] },
    windowMs: { float: [16, 64], log: true },
    hopMs: { float: [8, 24] },
    bands: { int: [20, 64] },
    coefficients: { int: [12, 20], when: { features: 'mfcc' } },
    model: { choice: ['cnn2d', 'cnn1d', 'gru'] },
    convolutionBlocks: { int: [1, 3], when: { model: ['cnn2d', 'cnn1d'] } },
    convolutionKind: { choice: ['plain', 'separable'], when: { convolutionBlocks: [2, 3] } },
    filters: { int: [8, 32], log: true, when: { model: ['cnn2d', 'cnn1d'] } },
    kernelSize: { choice: [3, 5], when: { model: ['cnn2d', 'cnn1d'] } },
    recurrentUnits: { int: [32, 128], log: true, when: { model: 'gru' } },
    bidirectional: { choice: [true, false], when: { model: 'gru' } },
    units: { int: [32, 128], log: true },
    dropout: { float: [0, 0.5] },
    batchNormalization: { choice: [true, false] },
    l2: { float: [1e-6, 1e-2], log: true },
    learningRate: { float: [3e-4, 1e-2], log: true },
    schedule: { choice: ['constant', 'cosine'] },
    batchSize: { ordinal: [16, 32, 64] },
    epochs: { fixed: 15 },
  }),
  rows({ data }, manifest) {
    const { sampleRate, seconds } = readAudioSchema(manifest)
    return { sizes: data, values: sampleRate * seconds }
  },
  inputs(manifest) {
    const { sampleRate, seconds, classNames } = readAudioSchema(manifest)
    return { sampleRate, seconds, classes: classNames.length }
  },
  network(values, inputs) {
    const { sampleRate, seconds, classes } = inputsSchema.parse(inputs)
    const length = recordingLength(sampleRate, seconds)
    const { frames, width } = createSpectralFeatures(values, sampleRate, length)
    return audioNetwork(values, frames, width, classes)
  },
  load: loadRecordings,
})

function loadRecordings(
  settings: AudioSettings,
  dataset: PreparedDataset,
  values: AudioHyperparameters,
  studySeed: number,
  fold: HeldOut | null = null,
): NetworkProblem {
  const { classNames, sampleRate, seconds } = readAudioSchema(dataset.manifest)
  const inputs = openAudioInputs(settings.data, dataset, values, studySeed, fold)
  const { split, labels, preprocessing } = inputs
  const length = recordingLength(sampleRate, seconds)
  const { frames, width } = createSpectralFeatures(values, sampleRate, length)
  const evaluate = (part: keyof Split) =>
    classEvaluation(inputs.features(part), split[part], labels, classNames.length)
  return {
    network: audioNetwork(values, frames, width, classNames.length),
    loss: 'crossEntropy',
    metrics: metricDefinitions('classification', classNames.length === 2),
    model: {
      outputs: { kind: 'classes', names: classNames },
      preprocessing,
      reading: { sampleRate, seconds },
    },
    training: () => evaluate('train').source,
    evaluation: evaluate,
  }
}
