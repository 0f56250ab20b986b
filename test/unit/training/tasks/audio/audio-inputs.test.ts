import { describe, expect, it } from 'vitest'
import type { PreparedDataset } from '../../../../../src-main/core/data/dataset.ts'
import { createRandomStream } from '../../../../../src-main/math/random/stream.ts'
import type { SpectralSettings } from '../../../../../src-main/training/audio/spectral-features.ts'
import { openAudioInputs } from '../../../../../src-main/training/tasks/audio/audio-inputs.ts'

const ROWS = 40
const LENGTH = 400
const settings: SpectralSettings = {
  features: 'logMel',
  windowMs: 20,
  hopMs: 10,
  bands: 8,
  coefficients: 12,
}
const sizes = { validation: 0.2, test: 0.2 }

/** Noise of two classes at 4 kHz. */
function recordings(): PreparedDataset {
  const random = createRandomStream({ seed: 1, number: 0, purpose: 'recordings' })
  return {
    manifest: {
      format: 1,
      kind: 'audio',
      contentHash: '',
      properties: { rows: ROWS, source: 'noise' },
      schema: {
        sampleRate: 4_000,
        seconds: LENGTH / 4_000,
        classNames: ['a', 'b'],
        classCounts: [ROWS / 2, ROWS / 2],
        testClassCounts: null,
        groupCounts: null,
      },
      arrays: [],
    },
    arrays: {
      samples: Float32Array.from({ length: ROWS * LENGTH }, () => random.normal() / 10),
      offsets: Int32Array.from({ length: ROWS + 1 }, (_, row) => row * LENGTH),
      labels: Int32Array.from({ length: ROWS }, (_, row) => row % 2),
    },
  }
}

describe('inputs of recordings', () => {
  const dataset = recordings()
  const open = (changes: Partial<SpectralSettings> = {}, seed = 1, from = dataset) =>
    openAudioInputs(sizes, from, { ...settings, ...changes }, seed, null)

  it('are standardized by the training part', () => {
    const { features, preprocessing, split } = open()
    const train = features('train')
    expect(train.length % (split.train.length * settings.bands)).toBe(0)
    for (let band = 0; band < settings.bands; band++) {
      const values = train.filter((_, at) => at % settings.bands === band)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      expect(mean).toBeCloseTo(0, 5)
      expect(variance).toBeCloseTo(1, 4)
    }
    expect(preprocessing.means).toHaveLength(settings.bands)
    expect(features('test').length / train.length).toBeCloseTo(
      split.test.length / split.train.length,
    )
  })

  it('are computed once for trials that want the same', () => {
    const first = open()
    expect(open({}).features('train')).toBe(first.features('train'))
    expect(open().features('validation')).toBe(first.features('validation'))
  })

  it.each([
    { name: 'other features', settings: { bands: 6 }, seed: 1 },
    { name: 'another split', settings: {}, seed: 2 },
  ])('are computed anew for $name, as in a new process', ({ settings: others, seed }) => {
    const before = open()
    const changed = open(others, seed)
    expect(changed.features('train')).not.toEqual(before.features('train'))
    for (const part of ['train', 'validation', 'test'] as const) {
      expect(changed.features(part)).toEqual(open(others, seed, recordings()).features(part))
    }
    expect(open().features('train')).toEqual(before.features('train'))
  })
})
