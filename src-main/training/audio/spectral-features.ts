import { createRealFourier } from '../../math/fourier/real-fourier.ts'
import { createMelFilters } from './mel-filters.ts'

/** How a recording becomes an image of time and pitch. */
export interface SpectralSettings {
  readonly features: 'logMel' | 'mfcc'
  readonly windowMs: number
  readonly hopMs: number
  /** Mel bands. */
  readonly bands: number
  /** Cepstral coefficients that are kept; only `mfcc` reads it. */
  readonly coefficients: number
}

/** A way to turn recordings of one rate and length into features. */
export interface SpectralFeatures {
  readonly frames: number
  /** Numbers per frame. */
  readonly width: number
  /**
   * Features of one recording.
   * @param samples as many as the length; shorter recordings begin with silence
   * @param output frames × width, from `offset` on
   */
  compute(samples: Float32Array, output: Float32Array, offset: number): void
}

/** Powers below this are silence: −100 dB. */
const MIN_POWER = 1e-10

/**
 * Log-mel spectrogram or mel-frequency cepstral coefficients.
 *
 * Frames of `windowMs`, one every `hopMs`, the first centered on the first sample (zeros lie beyond both
 * ends); Hann window, zero-padded to a power of two; powers; mel bands; decibels, 10 · log₁₀(max(power, 10⁻¹⁰)).
 * `mfcc` then takes the orthonormal discrete cosine transform (type II) of the bands. Davis, Mermelstein:
 * Comparison of parametric representations for monosyllabic word recognition. IEEE Transactions on ASSP 28(4),
 * 1980, doi:10.1109/TASSP.1980.1163420. All conventions are those of librosa.
 * @param length samples per recording
 */
export function createSpectralFeatures(
  settings: SpectralSettings,
  sampleRate: number,
  length: number,
): SpectralFeatures {
  const windowLength = Math.max(2, Math.round((settings.windowMs / 1_000) * sampleRate))
  const hop = Math.max(1, Math.round((settings.hopMs / 1_000) * sampleRate))
  const size = 2 ** Math.ceil(Math.log2(windowLength))
  const frames = 1 + Math.floor(length / hop)
  const { bands } = settings
  const isCepstral = settings.features === 'mfcc'
  const width = isCepstral ? Math.min(settings.coefficients, bands) : bands
  const fourier = createRealFourier(size)
  const filters = createMelFilters(bands, size, sampleRate)
  const window = hannWindow(windowLength)
  const cosines = isCepstral ? cosineTransform(width, bands) : null
  const frame = new Float64Array(size)
  const powers = new Float64Array(size / 2 + 1)
  const decibels = new Float64Array(bands)
  // The window stands in the middle of the frame.
  const margin = Math.floor((size - windowLength) / 2)

  return {
    frames,
    width,
    compute(samples, output, offset) {
      const silence = length - samples.length
      for (let index = 0; index < frames; index++) {
        const start = index * hop - size / 2 - silence
        for (let at = 0; at < windowLength; at++) {
          const sample = samples[start + margin + at] ?? 0
          frame[margin + at] = sample * (window[at] as number)
        }
        fourier.powers(frame, powers)
        for (let band = 0; band < bands; band++) {
          const weights = filters.weights[band] as Float64Array
          const first = filters.first[band] as number
          let power = 0
          for (let k = 0; k < weights.length; k++) {
            power += (weights[k] as number) * (powers[first + k] as number)
          }
          decibels[band] = 10 * Math.log10(Math.max(power, MIN_POWER))
        }
        const to = offset + index * width
        if (cosines === null) output.set(decibels, to)
        else transform(cosines, decibels, output, to)
      }
    },
  }
}

/** Periodic, as spectra want it: sin²(πn / length). */
function hannWindow(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => Math.sin((Math.PI * n) / length) ** 2)
}

/** Rows of the orthonormal DCT-II: √(2/N) · cos(π k (2n + 1) / 2N), the first divided by √2. */
function cosineTransform(rows: number, count: number): Float64Array[] {
  return Array.from({ length: rows }, (_, k) => {
    const factor = Math.sqrt((k === 0 ? 1 : 2) / count)
    return Float64Array.from(
      { length: count },
      (_unused, n) => factor * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * count)),
    )
  })
}

function transform(
  rows: readonly Float64Array[],
  values: Float64Array,
  output: Float32Array,
  offset: number,
): void {
  for (const [k, row] of rows.entries()) {
    let sum = 0
    for (let n = 0; n < values.length; n++) sum += (row[n] as number) * (values[n] as number)
    output[offset + k] = sum
  }
}
