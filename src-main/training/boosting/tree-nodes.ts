import type { BinnedColumn } from './bin-columns.ts'
import type { Split } from './find-split.ts'
import type { Tree } from './tree.ts'

/** Where a node hangs. */
export interface ParentLink {
  readonly node: number
  readonly isLeft: boolean
}

/** Inner nodes as they are made. */
export class TreeNodes {
  readonly #features: number[] = []
  readonly #thresholds: number[] = []
  readonly #bins: number[] = []
  readonly #gapsLeft: boolean[] = []
  readonly #categories: (number[] | null)[] = []
  readonly #leftBins: (Uint8Array | null)[] = []
  readonly #left: number[] = []
  readonly #right: number[] = []
  readonly #gains: number[] = []

  add(split: Split, { bounds, codes }: BinnedColumn, parent: ParentLink | null): number {
    const node = this.#features.length
    const { leftBins } = split
    this.#features.push(split.feature)
    this.#bins.push(split.bin)
    this.#thresholds.push(leftBins === null ? (bounds[split.bin] as number) : 0)
    this.#gapsLeft.push(split.gapsLeft)
    this.#categories.push(leftBins?.map(bin => codes?.[bin] as number) ?? null)
    const set = leftBins === null ? null : new Uint8Array(256)
    for (const bin of leftBins ?? []) (set as Uint8Array)[bin] = 1
    this.#leftBins.push(set)
    this.#gains.push(split.gain)
    this.#left.push(0)
    this.#right.push(0)
    if (parent !== null) this.#point(parent, node)
    return node
  }

  finish(leaves: readonly { readonly parent: ParentLink | null; readonly output: number }[]): Tree {
    for (const [index, { parent }] of leaves.entries()) {
      if (parent !== null) this.#point(parent, ~index)
    }
    return {
      features: this.#features,
      thresholds: this.#thresholds,
      bins: this.#bins,
      gapsLeft: this.#gapsLeft,
      categories: this.#categories,
      leftBins: this.#leftBins,
      left: this.#left,
      right: this.#right,
      gains: this.#gains,
      values: Float64Array.from(leaves, ({ output }) => output),
    }
  }

  #point({ node, isLeft }: ParentLink, child: number): void {
    ;(isLeft ? this.#left : this.#right)[node] = child
  }
}
