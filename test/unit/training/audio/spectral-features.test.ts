import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createSpectralFeatures } from '../../../../src-main/training/audio/spectral-features.ts'

/** Made by test/fixtures/audio/generate.py with librosa. */
const librosa = JSON.parse(
  readFileSync(new URL('../../../fixtures/audio/librosa.generated.json', import.meta.url), 'utf8'),
) as {
  rate: number
  samples: number[]
  cases: {
    windowMs: number
    hopMs: number
    bands: number
    coefficients: number
    frames: number
    logMel: number[]
    mfcc: number[]
  }[]
}

const samples = Float32Array.from(librosa.samples)

describe('createSpectralFeatures', () => {
  const kinds = librosa.cases.flatMap(librosaCase =>
    (['logMel', 'mfcc'] as const).map(features => ({ ...librosaCase, features })),
  )
  it.each(kinds)(
    'gives the $features of librosa, window $windowMs ms',
    ({ frames, ...settings }) => {
      const made = createSpectralFeatures(settings, librosa.rate, samples.length)
      const expected = settings[settings.features]
      expect(made.frames).toBe(frames)
      const output = new Float32Array(made.frames * made.width)
      made.compute(samples, output, 0)
      expect(output).toHaveLength(expected.length)
      // Relative to the largest value: the features are stored as float32.
      const largest = Math.max(...expected.map(Math.abs))
      const worst = Math.max(...expected.map((value, at) => Math.abs(value - (output[at] ?? NaN))))
      expect(worst / largest).toBeLessThan(1e-6)
      expect(worst).toBeLessThan(1e-4)
    },
  )

  it('puts silence before short recordings', () => {
    const settings = {
      features: 'logMel',
      windowMs: 32,
      hopMs: 16,
      bands: 8,
      coefficients: 8,
    } as const
    const made = createSpectralFeatures(settings, 8_000, 2_000)
    const padded = new Float32Array(2_000)
    padded.set(samples.subarray(0, 700), 1_300)
    const [short, long] = [0, 0].map(() => new Float32Array(made.frames * made.width))
    made.compute(samples.subarray(0, 700), short as Float32Array, 0)
    made.compute(padded, long as Float32Array, 0)
    expect(short).toEqual(long)
    expect(short?.[0]).toBe(-100)
  })
})
