import type { PreparedDataset } from '../../../core/data/dataset.ts'
import type { SplitSizes } from '../../../core/data/data-settings.ts'
import {
  applyAudioPreprocessing,
  type AudioPreprocessing,
  fitAudioPreprocessing,
  type StoredRecordings,
} from '../../audio/audio-preprocessing.ts'
import type { SpectralSettings } from '../../audio/spectral-features.ts'
import { splitClasses } from '../../data/class-split.ts'
import { readAudioSchema } from '../../data/dataset-schema.ts'
import type { HeldOut } from '../../data/folds.ts'
import type { Split } from '../../data/split.ts'
import { datasetArray } from '../dataset-array.ts'

/** Recordings as a network learns from them. */
export interface AudioInputs {
  readonly split: Split
  /** Class of every row of the prepared data. */
  readonly labels: Int32Array
  readonly preprocessing: AudioPreprocessing
  /** Standardized by the training part: rows × frames × width. */
  features(part: keyof Split): Float32Array
}

/** The last of each data set: the next trial of the process often wants the same, and all spectra may cost more than an epoch. */
const latest = new WeakMap<
  PreparedDataset,
  { readonly key: string; readonly inputs: AudioInputs }
>()

/** Samples of a recording, cut or padded. */
export function recordingLength(sampleRate: number, seconds: number): number {
  return Math.max(1, Math.round(seconds * sampleRate))
}

/** @throws AppError `data.invalid` as `splitClasses` */
export function openAudioInputs(
  sizes: SplitSizes,
  dataset: PreparedDataset,
  { features, windowMs, hopMs, bands, coefficients }: SpectralSettings,
  studySeed: number,
  fold: HeldOut | null,
): AudioInputs {
  const settings = { features, windowMs, hopMs, bands, coefficients }
  const key = JSON.stringify([sizes, settings, studySeed, fold])
  const cached = latest.get(dataset)
  if (cached?.key === key) return cached.inputs
  // Not held while others take its place.
  latest.delete(dataset)
  const inputs = makeInputs(sizes, dataset, settings, studySeed, fold)
  latest.set(dataset, { key, inputs })
  return inputs
}

function makeInputs(
  sizes: SplitSizes,
  dataset: PreparedDataset,
  settings: SpectralSettings,
  studySeed: number,
  fold: HeldOut | null,
): AudioInputs {
  const { sampleRate, seconds, groupCounts } = readAudioSchema(dataset.manifest)
  const recordings: StoredRecordings = {
    samples: datasetArray(dataset, 'samples', Float32Array),
    offsets: datasetArray(dataset, 'offsets', Int32Array),
    sampleRate,
    length: recordingLength(sampleRate, seconds),
  }
  const labels = datasetArray(dataset, 'labels', Int32Array)
  const groups = groupCounts === null ? null : datasetArray(dataset, 'groups', Int32Array)
  const classes = { labels, testLabels: null, groups }
  const split = splitClasses(dataset.manifest, sizes, classes, studySeed, fold)
  const { preprocessing, features } = fitAudioPreprocessing(settings, recordings, split.train)
  const made = new Map<keyof Split, Float32Array>([['train', features]])
  return {
    split,
    labels,
    preprocessing,
    features(part) {
      const partFeatures =
        made.get(part) ?? applyAudioPreprocessing(preprocessing, recordings, split[part]).features
      made.set(part, partFeatures)
      return partFeatures
    },
  }
}
