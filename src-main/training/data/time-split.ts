import type { DatasetManifest } from '../../core/data/dataset.ts'
import { requireParts, sorted, takeBlocks } from './grouped-split.ts'
import type { Split, SplitPortions } from './split.ts'

/**
 * Cuts rows by time: the latest are the test split, those before them validation, those before them
 * training, so that a model is judged on what came after everything it has learned from. Rows of one
 * time stay together; each part takes whole times while that brings its size nearer to what was asked
 * for, and at least one. Fewer training rows are the latest of those that remain. No randomness.
 * @param times time of every row, in milliseconds
 * @throws AppError `data.invalid` with fewer different times than parts
 */
export function cutByTime(
  manifest: DatasetManifest,
  times: Float64Array,
  sizes: SplitPortions,
): Split {
  const latestFirst = blocksOf(times).reverse()
  requireParts(manifest, 'objective.data.time', latestFirst.length, sizes.test === null ? 2 : 3)
  const test = sizes.test === null ? [] : takeBlocks(latestFirst, sizes.test, 2, times.length)
  const validation = takeBlocks(latestFirst, sizes.validation, 1, times.length)
  const remaining = latestFirst.reverse().flat()
  const { train = remaining.length } = sizes
  const wanted = Math.max(1, Math.round(train < 1 ? train * times.length : train))
  return {
    train: sorted(remaining.slice(-wanted)),
    validation: sorted(validation),
    test: sorted(test),
  }
}

/** Rows of every time, earliest first. */
function blocksOf(times: Float64Array): number[][] {
  const order = Uint32Array.from(times.keys()).sort(
    (a, b) => (times[a] as number) - (times[b] as number) || a - b,
  )
  const blocks: number[][] = []
  let last = Number.NaN
  for (const row of order) {
    const time = times[row] as number
    if (time === last) blocks.at(-1)?.push(row)
    else blocks.push([row])
    last = time
  }
  return blocks
}
