import { describe, expect, it } from 'vitest'
import type { DatasetManifest } from '../../../../src-main/core/data/dataset.ts'
import { checkSpaceRules } from '../../../../src-main/core/study/space-rules.ts'
import { findTask } from '../../../../src-main/training/tasks/registry.ts'

const data = {
  audio: { source: { folders: 'recordings' } },
  image: { source: { folders: 'pictures' } },
  text: { source: { folders: 'texts' } },
} as const
type Name = keyof typeof data

const names = ['a', 'b', 'c', 'd']

/** A set of four classes of so many rows each. */
function manifestOf(name: Name, perClass: number, further: object = {}): DatasetManifest {
  const shape = {
    audio: { sampleRate: 8_000, seconds: 1 },
    image: { imageShape: [48, 48, 3] },
    text: {},
  }[name]
  return {
    format: 1,
    kind: name,
    contentHash: '',
    properties: {},
    schema: {
      classNames: names,
      classCounts: names.map(() => perClass),
      testClassCounts: null,
      groupCounts: null,
      ...shape,
      ...further,
    },
    arrays: [],
  }
}

function startOf(name: Name, manifest: DatasetManifest, change: object = {}) {
  const task = findTask(name)
  const settings = task.settingsSchema.parse({ data: { ...data[name], ...change } })
  const usual = task.defaultSpace(settings)
  const sized = task.sizedSpace?.(settings, manifest) ?? {}
  const space = { ...usual, ...sized }
  return {
    task,
    settings,
    usual,
    sized,
    space,
    folds: task.dataFolds?.(settings, manifest) ?? 1,
    parts: (folds: number) => task.smallParts?.(settings, manifest, folds) ?? [],
  }
}

function batchSizes({ batchSize }: ReturnType<typeof startOf>['space']): readonly number[] {
  if (batchSize !== undefined && 'ordinal' in batchSize) return batchSize.ordinal.map(Number)
  return batchSize !== undefined && 'fixed' in batchSize ? [Number(batchSize.fixed)] : []
}

function epochs({ epochs: parameter }: ReturnType<typeof startOf>['space']): number {
  return parameter !== undefined && 'fixed' in parameter ? Number(parameter.fixed) : Number.NaN
}

describe.each(['image', 'text', 'audio'] as const)('a new study of the task %s', name => {
  it.each([5, 12, 30, 100, 400])(
    'takes small batches and trains long enough over %i rows of each of four classes',
    perClass => {
      const start = startOf(name, manifestOf(name, perClass))
      const train = 4 * perClass * 0.6
      const sizes = batchSizes(start.space)
      expect(sizes.length).toBeGreaterThan(0)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.max(4, train / 8))
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4)
      const middle = Math.sqrt(Math.min(...sizes) * Math.max(...sizes))
      const steps = (epochs(start.space) * train) / middle
      expect(steps >= 500 || epochs(start.space) === 100).toBe(true)
      expect(epochs(start.space)).toBeLessThanOrEqual(100)
      expect(start.task.checkSpace(start.space, start.settings)).toEqual([])
      expect(checkSpaceRules(start.space)).toEqual([])
    },
  )

  it('starts a large set as ever', () => {
    const start = startOf(name, manifestOf(name, 20_000))
    expect(start.sized).toEqual({})
    expect(start.folds).toBe(1)
    expect(start.parts(1)).toEqual([])
  })

  it('never has fewer epochs for fewer rows', () => {
    const counts = [4, 8, 16, 30, 60, 120, 500, 2_000, 20_000].map(perClass =>
      epochs(startOf(name, manifestOf(name, perClass)).space),
    )
    expect(counts).toEqual(counts.toSorted((a, b) => b - a))
  })

  it('cuts a small set into folds, unless a class or the groups are too few, or it is larger', () => {
    expect(startOf(name, manifestOf(name, 30)).folds).toBe(3)
    expect(startOf(name, manifestOf(name, 8)).folds).toBe(1)
    expect(startOf(name, manifestOf(name, 400)).folds).toBe(1)
    const groups = (count: number) => ({
      groupCounts: Array.from({ length: count }, () => Math.floor(120 / count)),
    })
    expect(startOf(name, manifestOf(name, 30, groups(6))).folds).toBe(1)
    expect(startOf(name, manifestOf(name, 30, groups(12))).folds).toBe(3)
  })

  it('names parts in which a row is more than two points of accuracy', () => {
    const { parts } = startOf(name, manifestOf(name, 30))
    expect(parts(1)).toEqual([
      { kind: 'fewRows', part: 'validation', rows: 24 },
      { kind: 'fewRows', part: 'test', rows: 24 },
    ])
    expect(parts(3)).toEqual([{ kind: 'fewRows', part: 'test', rows: 24 }])
  })
})

describe('a new study of images', () => {
  it('is not cut into folds where its pictures are large', () => {
    const large = manifestOf('image', 30, { imageShape: [224, 224, 3] })
    expect(startOf('image', large).folds).toBe(1)
  })

  it('counts test pictures of their own as such', () => {
    const manifest = manifestOf('image', 30, { testClassCounts: [10, 10, 10, 10] })
    const { parts } = startOf('image', manifest)
    expect(parts(3)).toEqual([{ kind: 'fewRows', part: 'test', rows: 40 }])
  })

  it('keeps what a descent of hypergradients trains with', () => {
    const task = findTask('image')
    const settings = task.settingsSchema.parse({ data: data.image, hypergradients: {} })
    expect(task.sizedSpace?.(settings, manifestOf('image', 30))).toEqual({})
    expect(task.dataFolds?.(settings, manifestOf('image', 30))).toBe(1)
  })
})
