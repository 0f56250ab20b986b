import { createRandomStream } from '../../math/random/stream.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { applyBins, binColumn, type BinnedColumn } from './bin-columns.ts'
import {
  type Booster,
  type BoosterData,
  type BoosterLibrary,
  type BoosterModel,
  type BoosterRequest,
  type BoosterTable,
  scoresPerRow,
} from './booster.ts'
import { createLoss } from './losses.ts'
import { type Gradients, TreeGrower } from './grow-tree.ts'
import { decodeTrees, encodeTrees, type TreeModel, treeShape } from './stored-trees.ts'
import { addBinnedScores, addScores, type Tree } from './tree.ts'

/**
 * Boosted trees without anything to install: LightGBM's algorithm in one thread. Without random parts its results are those of
 * LightGBM up to rounding.
 *
 * - J. H. Friedman: Greedy function approximation: a gradient boosting machine. Annals of Statistics 29, 2001.
 * - G. Ke et al.: LightGBM: a highly efficient gradient boosting decision tree. NIPS 2017.
 */
export const ownBooster: BoosterLibrary = {
  name: 'tunewright',
  version: '1',
  reads: model => model.some(({ name }) => name === treeShape),
  train: request => new OwnBooster(request),
  load: loadTrees,
}

export function loadTrees(tensors: readonly NamedTensor[]): BoosterModel {
  const model = decodeTrees(tensors)
  const { start, trees, columns } = model
  return {
    trees: trees.length,
    leaves: trees.reduce((sum, { values }) => sum + values.length, 0),
    predict(table) {
      const width = start.length
      const scores = startScores(start, table.rows)
      for (const [index, tree] of trees.entries()) {
        addScores(tree, table, scores, { width, offset: index % width })
      }
      return scores
    },
    gains() {
      const gains = new Float64Array(columns)
      for (const tree of trees) {
        for (const [node, feature] of tree.features.entries()) {
          gains[feature] = (gains[feature] as number) + (tree.gains[node] as number)
        }
      }
      return gains
    },
    dispose: () => undefined,
  }
}

/** Bins are kept with the data that they were made of, by their greatest number. */
const binned = new WeakMap<object, Map<number, readonly BinnedColumn[]>>()

export function binTable({ columns }: BoosterData, maxBins: number): readonly BinnedColumn[] {
  const byMaxBins = binned.get(columns) ?? new Map<number, readonly BinnedColumn[]>()
  binned.set(columns, byMaxBins)
  const cachedColumns = byMaxBins.get(maxBins)
  if (cachedColumns !== undefined) return cachedColumns
  const made = columns.map(column => binColumn(column, maxBins))
  byMaxBins.set(maxBins, made)
  return made
}

/** Other rows of a table, in the bins of those that made them. */
export function binAlike(
  made: readonly BinnedColumn[],
  { columns }: BoosterTable,
): readonly BinnedColumn[] {
  return made.map((column, index) => ({
    ...column,
    bins: applyBins(column, columns[index]?.values as Float64Array),
  }))
}

class OwnBooster implements Booster {
  readonly #request: BoosterRequest
  readonly #columns: readonly BinnedColumn[]
  readonly #validation: readonly BinnedColumn[]
  readonly #grower: TreeGrower
  readonly #loss: ReturnType<typeof createLoss>
  readonly #start: Float64Array
  readonly #gradients: readonly Gradients[]
  readonly #trees: Tree[] = []
  readonly #scores: { readonly training: Float64Array; readonly validation: Float64Array }

  constructor(request: BoosterRequest) {
    const { data, validation, objective, parameters } = request
    this.#request = request
    this.#columns = binTable(data, parameters.maxBins)
    this.#validation = binAlike(this.#columns, validation)
    this.#grower = new TreeGrower(this.#columns, data.rows, parameters)
    this.#loss = createLoss(objective, data)
    this.#gradients = Array.from({ length: scoresPerRow(objective) }, () => ({
      first: new Float32Array(data.rows),
      second: new Float32Array(data.rows),
    }))
    const before = request.start === null ? null : decodeTrees(request.start)
    this.#start = before?.start ?? this.#loss.start
    this.#scores = {
      training: startScores(this.#start, data.rows),
      validation: startScores(this.#start, validation.rows),
    }
    if (before !== null) this.#resume(before)
  }

  get rounds(): number {
    return this.#trees.length / this.#gradients.length
  }

  boostRound(): boolean {
    const { parameters, data } = this.#request
    const round = this.rounds
    const stream = (purpose: string) =>
      createRandomStream({ seed: parameters.seed, number: round, purpose })
    const rows = drawShare(data.rows, parameters.baggingFraction, stream('roundRows'))
    const random = stream('roundColumns')
    this.#loss.derive(this.#scores.training, this.#gradients)
    let hasGrown = false
    for (const [offset, gradients] of this.#gradients.entries()) {
      const features = drawShare(this.#columns.length, parameters.featureFraction, random)
      const tree = features ?? Int32Array.from(this.#columns.keys())
      const grown = this.#grower.grow(gradients, rows, { tree })
      if (grown.tree.features.length > 0) hasGrown = true
      // A leaf alone would only move the start.
      if (grown.tree.features.length === 0) grown.tree.values.fill(0)
      else this.#loss.renew?.(grown, this.#scores.training)
      const { values } = grown.tree
      for (let leaf = 0; leaf < values.length; leaf++) {
        values[leaf] = (values[leaf] as number) * parameters.learningRate
      }
      this.#add(grown.tree, offset)
    }
    return hasGrown
  }

  scores(part: 'training' | 'validation'): Float64Array {
    return this.#scores[part]
  }

  save(rounds: number): readonly NamedTensor[] {
    return encodeTrees({
      start: this.#start,
      trees: this.#trees.slice(0, rounds * this.#gradients.length),
      columns: this.#columns.length,
    })
  }

  dispose(): void {
    this.#trees.length = 0
  }

  #resume({ trees }: TreeModel): void {
    const { data, validation } = this.#request
    for (const [index, tree] of trees.entries()) {
      const layout = { width: this.#gradients.length, offset: index % this.#gradients.length }
      this.#trees.push(tree)
      addScores(tree, data, this.#scores.training, layout)
      addScores(tree, validation, this.#scores.validation, layout)
    }
  }

  #add(tree: Tree, offset: number): void {
    this.#trees.push(tree)
    if (tree.features.length === 0) return
    const layout = { width: this.#gradients.length, offset }
    addBinnedScores(tree, this.#columns, this.#scores.training, layout)
    addBinnedScores(tree, this.#validation, this.#scores.validation, layout)
  }
}

function startScores(start: Float64Array, rows: number): Float64Array {
  const scores = new Float64Array(rows * start.length)
  for (let at = 0; at < scores.length; at++) scores[at] = start[at % start.length] as number
  return scores
}

/** A share of the numbers below `count` by rising number, at least one; null: all of them. */
export function drawShare(
  count: number,
  share: number,
  random: { uniform(): number },
): Int32Array | null {
  const wanted = Math.max(1, Math.round(count * share))
  if (share >= 1 || wanted >= count) return null
  const chosen = new Int32Array(wanted)
  let chosenCount = 0
  // Knuth: The art of computer programming 2, algorithm 3.4.2 S.
  for (let index = 0; chosenCount < wanted; index++) {
    if (random.uniform() * (count - index) < wanted - chosenCount) chosen[chosenCount++] = index
  }
  return chosen
}
