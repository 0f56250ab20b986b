import { describe, expect, it } from 'vitest'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { createImageAugmentation } from '../../../../src-main/training/data/augment-images.ts'
import { smoothLabels } from '../../../../src-main/training/data/smooth-labels.ts'
import { createClassSource } from '../../../../src-main/training/data/table-source.ts'

const none = { shift: 0, flip: false, rotate: 0, cutout: 0, mixup: 0 }
const stream = (number: number) => createRandomStream({ seed: 4, number, purpose: 'augmentation' })

/** Images after augmentation, one per row, and their targets. */
function augment(
  settings: Partial<typeof none>,
  shape: [number, number, number],
  images: number[][],
  number = 0,
) {
  const change = createImageAugmentation({ ...none, ...settings }, shape)
  const inputs = Float32Array.from(images.flat())
  const targets = Float32Array.from(
    images.flatMap((_, row) => images.map((__, at) => Number(at === row))),
  )
  change?.(inputs, targets, images.length, stream(number))
  const size = inputs.length / images.length
  const rowsOf = (values: Float32Array, width: number) =>
    images.map((_, row) => [...values.subarray(row * width, (row + 1) * width)])
  return { images: rowsOf(inputs, size), targets: rowsOf(targets, images.length) }
}

const many = (settings: Partial<typeof none>, shape: [number, number, number], image: number[]) =>
  Array.from(
    { length: 200 },
    (_, number) => augment(settings, shape, [image], number).images[0] ?? [],
  )
const distinct = (images: number[][]) => [...new Set(images.map(image => image.join(' ')))].sort()

describe('createImageAugmentation', () => {
  it('is nothing when nothing is asked for', () => {
    expect(createImageAugmentation(none, [2, 2, 1])).toBeNull()
  })

  it('repeats itself for the same stream', () => {
    const all = { shift: 1, flip: true, rotate: 30, cutout: 1, mixup: 0.4 }
    const images = [
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]
    expect(augment(all, [2, 3, 1], images, 3)).toEqual(augment(all, [2, 3, 1], images, 3))
    expect(augment(all, [2, 3, 1], images, 3)).not.toEqual(augment(all, [2, 3, 1], images, 4))
  })

  it('flips both channels together, about half of the time', () => {
    const flipped = many({ flip: true }, [1, 2, 2], [1, 2, 3, 4])
    expect(distinct(flipped)).toEqual(['1 2 3 4', '3 4 1 2'])
    const share = flipped.filter(image => image[0] === 3).length / 200
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.6)
  })

  it('shifts by whole pixels, repeating the edge', () => {
    expect(distinct(many({ shift: 1 }, [1, 3, 1], [1, 2, 3]))).toEqual(['1 1 2', '1 2 3', '2 3 3'])
    expect(distinct(many({ shift: 1 }, [2, 2, 1], [1, 2, 3, 4]))).toHaveLength(9)
  })

  it('shifts mirrored images like others', () => {
    const all = distinct(many({ shift: 1, flip: true }, [1, 3, 1], [1, 2, 3]))
    expect(all).toEqual(['1 1 2', '1 2 3', '2 1 1', '2 3 3', '3 2 1', '3 3 2'])
  })

  it('turns within the angle, about the center', () => {
    const mark = [0, 1, 0, 0, 0, 0, 0, 0, 0]
    const turned = many({ rotate: 90 }, [3, 3, 1], mark)
    for (const image of turned) {
      expect(image[4]).toBeCloseTo(0, 5)
      // The mark at the top never gets to the bottom.
      expect(image[7]).toBeLessThan(1e-6)
    }
    expect(turned.some(image => (image[3] ?? 0) > 0.8)).toBe(true)
    expect(turned.some(image => (image[5] ?? 0) > 0.8)).toBe(true)
  })

  it('blanks a square that may lie partly outside', () => {
    const blanked = many({ cutout: 2 }, [3, 3, 1], new Array<number>(9).fill(1))
    const counts = new Set(blanked.map(image => image.filter(value => value === 0).length))
    expect(counts).toEqual(new Set([1, 2, 4]))
  })

  it('mixes images and labels with the same share, from 0 to 1', () => {
    const shares = Array.from({ length: 400 }, (_, number) => {
      const { images, targets } = augment({ mixup: 1 }, [1, 1, 1], [[0], [1], [10]], number)
      const share = targets[0]?.[0] ?? NaN
      expect(targets[0]?.[1]).toBeCloseTo(1 - share, 6)
      expect(images[0]?.[0]).toBeCloseTo(1 - share, 6)
      expect(images[1]?.[0]).toBeCloseTo(share + 10 * (1 - share), 5)
      expect(images[2]?.[0]).toBeCloseTo(10 * share, 5)
      return share
    })
    // Beta(1, 1) is uniform: mean 1/2 and variance 1/12, each within four standard errors.
    const mean = shares.reduce((a, b) => a + b, 0) / 400
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / 400
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.058)
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.015)
  })

  it('mixes little when the parameter is small', () => {
    const shares = Array.from(
      { length: 200 },
      (_, number) => augment({ mixup: 0.01 }, [1, 1, 1], [[0], [1]], number).targets[0]?.[0] ?? NaN,
    )
    expect(shares.every(share => share >= 0 && share <= 1)).toBe(true)
    expect(shares.filter(share => share < 0.01 || share > 0.99).length).toBeGreaterThan(180)
  })
})

describe('smoothLabels', () => {
  it('spreads a share of every label over all classes', () => {
    const source = createClassSource(Float32Array.of(1, 2), 1, Int32Array.of(0, 3), 4)
    const targets = new Float32Array(8)
    smoothLabels(source, 0.2).fill(null, 0, 2, new Float32Array(2), targets)
    const expected = [0.85, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.85]
    expect(
      Math.max(...expected.map((value, at) => Math.abs(value - (targets[at] ?? NaN)))),
    ).toBeLessThan(1e-7)
    expect(smoothLabels(source, 0)).toBe(source)
  })
})
