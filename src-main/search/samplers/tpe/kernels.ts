import { enlarged } from '../../../math/numbers.ts'
import { normalCdf } from '../../../math/distributions/normal.ts'
import { logNormalMass } from '../../../math/distributions/truncated-normal.ts'
import {
  bandwidthAt,
  type BandwidthContext,
  bandwidthContext,
  PRIOR_MEAN,
  PRIOR_WIDTH,
  priorIndex,
} from './bandwidths.ts'
import { type GroupHistory, PRIOR_ROW } from './history.ts'
import type { DensitySettings } from './settings.ts'
import { SortedColumn } from './sorted-column.ts'

export const LOG_SQRT_2PI = 0.918_938_533_204_672_8

interface Changes {
  readonly gone: readonly number[]
  readonly added: readonly number[]
}

/**
 * The bandwidths of one density over one group, kept from proposal to proposal: each depends on the neighbors only, so
 * a trial more changes few of them. The result equals one that is computed anew.
 */
export class GroupKernels {
  readonly history: GroupHistory
  /** Rows of the history × dimensions; those of the rows last followed hold; unused for choices. */
  widths = new Float64Array(0)
  /** Rows × continuous dimensions: 1/(√2·width). */
  scales = new Float64Array(0)
  /** Rows × continuous dimensions: log density of the kernel, cut to the unit interval, at its mean. */
  constants = new Float64Array(0)
  /** Rows × continuous dimensions × 2, for drawing: the share of the normal below the unit interval and above. */
  tails = new Float64Array(0)
  /** Of the numeric dimensions. */
  readonly columns: readonly SortedColumn[]
  #rows: Int32Array = new Int32Array(0)
  #generation = -1
  #narrowest = Number.NaN

  constructor(history: GroupHistory) {
    this.history = history
    this.columns = history.group.dimensions.flatMap(({ kind }, column) =>
      kind === 'choice' ? [] : [new SortedColumn(history, column)],
    )
  }

  /** @param rows rising, without that of the prior */
  follow(rows: Int32Array, settings: DensitySettings): void {
    this.#grow()
    const context = bandwidthContext(settings, rows.length, this.history.width)
    const isSame = context.narrowest === this.#narrowest && settings.bandwidth !== 'scott'
    const changes = isSame ? this.#changesTo(rows) : null
    this.#rows = rows
    this.#narrowest = context.narrowest
    for (const column of this.columns) {
      if (changes === null) this.#compute(column, rows, context)
      else this.#update(column, changes, context)
    }
  }

  #compute(column: SortedColumn, rows: Int32Array, context: BandwidthContext): void {
    column.fill(rows)
    const prior = priorIndex(column.means, rows.length, context.rule)
    for (let index = 0; index < rows.length; index++) this.#refresh(column, index, prior, context)
  }

  #update(column: SortedColumn, { gone, added }: Changes, context: BandwidthContext): void {
    const touched: number[] = []
    for (const row of gone) column.remove(row, touched)
    for (const row of added) column.insert(row, touched)
    const { order, means, count } = column
    const prior = priorIndex(means, count, context.rule)
    for (const row of touched) {
      const index = column.indexOf(row)
      // Some of those that were touched are gone themselves.
      if (index < count && order[index] === row) this.#refresh(column, index, prior, context)
    }
    // The ends and the neighbors of the prior also change with the rule.
    for (const index of [0, prior - 1, prior, count - 1]) {
      if (index >= 0 && index < count) this.#refresh(column, index, prior, context)
    }
  }

  #refresh(
    { column, order, means }: SortedColumn,
    index: number,
    prior: number,
    context: BandwidthContext,
  ): void {
    const row = order[index] as number
    const width = bandwidthAt(means, index, prior, context)
    const at = row * this.history.width + column
    if (this.widths[at] === width) return
    this.widths[at] = width
    this.#derive(row, column, means[index] as number, width)
  }

  #derive(row: number, column: number, mean: number, width: number): void {
    const { continuousCount, continuousIndices } = this.history
    const continuousIndex = continuousIndices[column] as number
    if (continuousIndex < 0) return
    const at = row * continuousCount + continuousIndex
    this.scales[at] = Math.SQRT1_2 / width
    const below = normalCdf(-mean / width)
    const above = normalCdf(-(1 - mean) / width)
    this.tails[2 * at] = below
    this.tails[2 * at + 1] = above
    this.constants[at] = -Math.log(width) - LOG_SQRT_2PI - Math.log1p(-below - above)
  }

  /** Null where it is simpler to begin anew. */
  #changesTo(rows: Int32Array): Changes | null {
    const before = this.#rows
    const most = Math.min(before.length, rows.length) >>> 3
    const gone: number[] = []
    const added: number[] = []
    let index = 0
    for (const row of rows) {
      while (index < before.length && (before[index] as number) < row) {
        gone.push(before[index++] as number)
      }
      if (index < before.length && before[index] === row) index++
      else added.push(row)
      if (gone.length + added.length > most) return null
    }
    for (; index < before.length; index++) gone.push(before[index] as number)
    return gone.length + added.length > most ? null : { gone, added }
  }

  #grow(): void {
    const { history } = this
    if (this.#generation !== history.generation) {
      this.#generation = history.generation
      this.#narrowest = Number.NaN
      this.widths.fill(Number.NaN, (PRIOR_ROW + 1) * history.width)
    }
    const { capacity, width, continuousCount } = history
    if (this.widths.length === capacity * width) return
    const before = this.widths.length
    this.widths = enlarged(this.widths, capacity * width).fill(Number.NaN, before)
    this.scales = enlarged(this.scales, capacity * continuousCount)
    this.constants = enlarged(this.constants, capacity * continuousCount)
    this.tails = enlarged(this.tails, 2 * capacity * continuousCount)
    for (let column = 0; before === 0 && column < width; column++) {
      this.widths[PRIOR_ROW * width + column] = PRIOR_WIDTH
      this.#derive(PRIOR_ROW, column, PRIOR_MEAN, PRIOR_WIDTH)
    }
  }
}

/** Log mass of a normal inside the unit interval. */
export function logMassOfDomain(mean: number, width: number): number {
  return logNormalMass(-mean / width, (1 - mean) / width)
}
