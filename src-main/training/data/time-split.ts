import { fact } from '../../contract/fact.ts'
import type { DatasetManifest } from '../../contract/dataset.ts'
import { AppError } from '../../contract/errors.ts'
import { sourceName } from './dataset-schema.ts'
import type { GroupedSizes } from './grouped-split.ts'
import type { Split } from './split.ts'

const PARTS = 3

/**
 * Cuts rows by time: the latest are the test split, those before them validation, those before them
 * training, so that a model is judged on what came after everything it has learned from. Rows of one
 * time stay together; each part takes whole times while that brings its size nearer to what was asked
 * for, and at least one. Fewer training rows are the latest of those that remain. No randomness.
 * @param times time of every row, in milliseconds
 * @throws AppError `data.invalid` with fewer than three different times
 */
export function cutByTime(
  manifest: DatasetManifest,
  times: Float64Array,
  sizes: GroupedSizes,
): Split {
  const blocks = blocksOf(times)
  if (blocks.length < PARTS) {
    throw new AppError('data.invalid', {
      path: sourceName(manifest),
      field: 'objective.data.time',
      value: blocks.length,
      rule: fact('rule.onePerPart', { count: PARTS }),
    })
  }
  const rowsOf = (portion: number) => (portion < 1 ? portion * times.length : portion)

  function takeLatest(portion: number, leave: number): number[] {
    const wanted = rowsOf(portion)
    const rows: number[] = []
    while (blocks.length > leave) {
      const next = blocks.at(-1) ?? []
      const nearer = Math.abs(rows.length + next.length - wanted) < Math.abs(rows.length - wanted)
      if (rows.length > 0 && !nearer) break
      rows.push(...next)
      blocks.pop()
    }
    return rows
  }

  const test = takeLatest(sizes.test, 2)
  const validation = takeLatest(sizes.validation, 1)
  const rest = blocks.flat()
  const wanted =
    sizes.train === undefined ? rest.length : Math.max(1, Math.round(rowsOf(sizes.train)))
  return { train: sorted(rest.slice(-wanted)), validation: sorted(validation), test: sorted(test) }
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

function sorted(rows: readonly number[]): Int32Array {
  return Int32Array.from(rows).sort()
}
