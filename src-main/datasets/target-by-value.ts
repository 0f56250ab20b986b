import type { TargetByValue } from '../core/data/row-structure.ts'
import { sum } from '../math/numbers.ts'

/** F beyond its expectation under chance, in its standard deviations. */
const SURE = 5
/** Values that are kept; rows of further ones count for nothing. */
const MAX_VALUES = 4_096

interface OneValue {
  rows: number
  /** Of a quantity: sum and sum of squares. */
  sum: number
  squares: number
  /** Rows of each class; null for a quantity. */
  readonly classes: Map<string, number> | null
}

/**
 * Analysis of variance of a target over the values of a column, from one pass. Classes are as many targets of 0 and 1 (Light and Margolin: An
 * analysis of variance for categorical data. JASA 66, 1971); intraclass correlation of groups of unequal sizes as in Donner: A review of inference
 * procedures for the intraclass correlation coefficient. International Statistical Review 54, 1986; neighboring means as in von Neumann:
 * Distribution of the ratio of the mean square successive difference to the variance. Annals of Mathematical Statistics 12, 1941.
 */
export class TargetMoments {
  readonly #values = new Map<string, OneValue>()

  /** @param target the class, or the number */
  add(value: string, target: string | number): void {
    let moments = this.#values.get(value)
    if (moments === undefined) {
      if (this.#values.size === MAX_VALUES) return
      const classes = typeof target === 'string' ? new Map<string, number>() : null
      moments = { rows: 0, sum: 0, squares: 0, classes }
      this.#values.set(value, moments)
    }
    moments.rows++
    if (typeof target === 'string')
      moments.classes?.set(target, (moments.classes.get(target) ?? 0) + 1)
    else {
      moments.sum += target
      moments.squares += target * target
    }
  }

  /** @param order sorts the values; null where they are texts without any */
  summary(order: ((text: string) => number) | null): TargetByValue {
    const values = [...this.#values]
    const groups = values.map(([, moments]) => moments)
    const rows = sum(groups.map(group => group.rows))
    const names = [...new Set(groups.flatMap(({ classes }) => [...(classes?.keys() ?? [])]))]
    const targets = names.length === 0 ? [null] : names
    const meanOf = (group: OneValue, name: string | null) =>
      (name === null ? group.sum : (group.classes?.get(name) ?? 0)) / group.rows
    let [between, within] = [0, 0]
    for (const name of targets) {
      const mean = sum(groups.map(group => meanOf(group, name) * group.rows)) / rows
      for (const group of groups) {
        const groupMean = meanOf(group, name)
        const square = (name === null ? group.squares : groupMean * group.rows) / group.rows
        between += group.rows * (groupMean - mean) ** 2
        within += group.rows * Math.max(0, square - groupMean ** 2)
      }
    }
    const freedom = groups.length - 1
    if (freedom < 1 || rows <= groups.length) return { alike: 0, isSure: false, roughness: null }
    const meanBetween = between / freedom
    const meanWithin = within / (rows - groups.length)
    const size = (rows - sum(groups.map(group => group.rows ** 2)) / rows) / freedom
    const variance = meanBetween + (size - 1) * meanWithin
    // Classes are as many targets, which are about as sure as one.
    const isSure = meanBetween > meanWithin * (1 + SURE * Math.sqrt(2 / freedom))
    return {
      alike: variance > 0 ? Math.max(0, (meanBetween - meanWithin) / variance) : 0,
      isSure,
      roughness:
        order === null
          ? null
          : roughness(
              values.toSorted(([a], [b]) => order(a) - order(b)).map(([, moments]) => moments),
              meanWithin,
              group => targets.map(name => meanOf(group, name)),
            ),
    }
  }
}

/** How far neighboring means differ against all of them, without what chance adds to both. */
function roughness(
  groups: readonly OneValue[],
  meanWithin: number,
  meansOf: (group: OneValue) => readonly number[],
): number {
  const means = groups.map(meansOf)
  const noise = meanWithin * (sum(groups.map(({ rows }) => 1 / rows)) / groups.length)
  let [steps, variance] = [0, 0]
  for (const target of means[0]?.keys() ?? []) {
    const column = means.map(mean => mean[target] as number)
    const center = sum(column) / column.length
    variance += sum(column.map(mean => (mean - center) ** 2)) / (column.length - 1)
    const successive = column.slice(1).map((mean, at) => (mean - (column[at] as number)) ** 2)
    steps += sum(successive) / (2 * successive.length)
  }
  return variance > noise ? Math.max(0, steps - noise) / (variance - noise) : 1
}
