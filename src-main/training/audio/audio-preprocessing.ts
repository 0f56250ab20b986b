import { z } from 'zod'
import { createSpectralFeatures, type SpectralSettings } from './spectral-features.ts'

/** Recordings as the ingest process stored them. */
export interface StoredRecordings {
  /** One after the other, −1 … 1. */
  readonly samples: Float32Array
  /** Where every recording begins, and the end: rows + 1. */
  readonly offsets: Int32Array
  /** Samples per second. */
  readonly sampleRate: number
  /** Samples that every recording is brought to. */
  readonly length: number
}

/** The way from recordings to inputs; everything that prediction needs. */
export const audioPreprocessingSchema = z.strictObject({
  settings: z.strictObject({
    features: z.enum(['logMel', 'mfcc']),
    windowMs: z.number().gt(0),
    hopMs: z.number().gt(0),
    bands: z.int().min(1),
    coefficients: z.int().min(1),
  }),
  sampleRate: z.int().min(1),
  length: z.int().min(1),
  /** Of every band or coefficient over all frames of the training recordings. */
  means: z.array(z.number()),
  deviations: z.array(z.number()),
})

export type AudioPreprocessing = Readonly<z.output<typeof audioPreprocessingSchema>>

/** Features of the given rows: rows × frames × width, not standardized. */
function computeFeatures(
  settings: SpectralSettings,
  recordings: StoredRecordings,
  rows: Int32Array,
) {
  const made = createSpectralFeatures(settings, recordings.sampleRate, recordings.length)
  const size = made.frames * made.width
  const features = new Float32Array(rows.length * size)
  for (const [index, row] of rows.entries()) {
    const [start, end] = [recordings.offsets[row], recordings.offsets[row + 1]]
    made.compute(recordings.samples.subarray(start, end), features, index * size)
  }
  return { features, frames: made.frames, width: made.width }
}

/**
 * The way from recordings to inputs, and where it leads the training recordings.
 * @param trainingRows at least one
 * @returns `features`: their standardized features, rows × frames × width
 */
export function fitAudioPreprocessing(
  { features: kind, windowMs, hopMs, bands, coefficients }: SpectralSettings,
  recordings: StoredRecordings,
  trainingRows: Int32Array,
): { readonly preprocessing: AudioPreprocessing; readonly features: Float32Array } {
  const settings = { features: kind, windowMs, hopMs, bands, coefficients }
  const { features, width } = computeFeatures(settings, recordings, trainingRows)
  const count = features.length / width
  const means = new Float64Array(width)
  const squares = new Float64Array(width)
  for (const [at, value] of features.entries()) {
    means[at % width] = (means[at % width] as number) + value / count
  }
  for (const [at, value] of features.entries()) {
    const distance = value - (means[at % width] as number)
    squares[at % width] = (squares[at % width] as number) + (distance * distance) / count
  }
  const preprocessing = {
    settings,
    sampleRate: recordings.sampleRate,
    length: recordings.length,
    means: [...means],
    // A band that never changes has nothing to scale.
    deviations: Array.from(squares, square => (square === 0 ? 1 : Math.sqrt(square))),
  }
  standardize(features, preprocessing)
  return { preprocessing, features }
}

/** Standardized features of the given rows: rows × frames × width. */
export function applyAudioPreprocessing(
  preprocessing: AudioPreprocessing,
  recordings: StoredRecordings,
  rows: Int32Array,
): { readonly features: Float32Array; readonly frames: number; readonly width: number } {
  const computed = computeFeatures(preprocessing.settings, recordings, rows)
  standardize(computed.features, preprocessing)
  return computed
}

/** In place. */
function standardize(
  features: Float32Array,
  { means, deviations }: Pick<AudioPreprocessing, 'means' | 'deviations'>,
): void {
  const width = means.length
  for (let at = 0; at < features.length; at++) {
    const band = at % width
    features[at] =
      ((features[at] as number) - (means[band] as number)) / (deviations[band] as number)
  }
}
