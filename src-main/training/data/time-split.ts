import type { DatasetManifest } from '../../core/data/dataset.ts'
import { msg } from '../../core/errors/message.ts'
import { dataInvalid } from './dataset-schema.ts'
import { requireParts, sorted, takeBlocks } from './grouped-split.ts'
import type { Split, SplitPortions } from './split.ts'

/**
 * Cuts rows by time: the latest are the test split, those before them validation, those before them
 * training, so that a model is judged on what came after everything it has learned from. Rows of one
 * time stay together; each part takes whole times while that brings its size nearer to what was asked
 * for, and at least one. Fewer training rows are the latest of those that remain. An embargo leaves out rows before validation and before test
 * rows, whole times of them, so that what a row knows of the days before it (means, lags) is nothing that a part before it has learned. No randomness.
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
  const { embargo = 0 } = sizes
  const test = sizes.test === null ? [] : takeBlocks(latestFirst, sizes.test, 2, times.length)
  if (sizes.test !== null) leaveOut(manifest, latestFirst, embargo, 2)
  const validation = takeBlocks(latestFirst, sizes.validation, 1, times.length)
  leaveOut(manifest, latestFirst, embargo, 1)
  const remaining = latestFirst.reverse().flat()
  const { train = remaining.length } = sizes
  const wanted = Math.max(1, Math.round(train < 1 ? train * times.length : train))
  return {
    train: sorted(remaining.slice(-wanted)),
    validation: sorted(validation),
    test: sorted(test),
  }
}

/** Takes away the latest times until so many rows are left out. */
function leaveOut(
  manifest: DatasetManifest,
  latestFirst: (readonly number[])[],
  embargo: number,
  parts: number,
): void {
  let rows = 0
  while (rows < embargo && latestFirst.length > 0) rows += latestFirst.shift()?.length ?? 0
  if (latestFirst.length >= parts) return
  throw dataInvalid(manifest, 'objective.data.embargo', embargo, msg('rule.embargoLeaves'))
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
