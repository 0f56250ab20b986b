import { createRandomStream } from '../../math/random/stream.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import type { BinnedColumn } from './bin-columns.ts'
import {
  type Booster,
  type BoosterData,
  type BoosterModel,
  type BoosterObjective,
  boosterDefaults,
  type BoosterTable,
  scoresPerRow,
} from './booster.ts'
import { type Gradients, TreeGrower } from './grow-tree.ts'
import { binAlike, binTable, drawShare, loadTrees } from './own-booster.ts'
import { decodeTrees, encodeTrees } from './stored-trees.ts'
import { addBinnedScores, addScores, type Tree } from './tree.ts'

/**
 * Random forests of the booster's trees: each one learns the target itself from some of the rows, each split looks at some of
 * the columns, and the mean of all counts. Classes are learned as shares, one tree for each, one alone for two.
 *
 * L. Breiman: Random forests. Machine Learning 45, 2001. Rows are drawn without replacement, after P. Bühlmann, B. Yu:
 * Analyzing bagging. Annals of Statistics 30, 2002.
 */
export interface ForestParameters {
  /** Share of the rows of every tree. */
  readonly rowShare: number
  /** Share of the columns at every split. */
  readonly columnShare: number
  readonly minRowsPerLeaf: number
  /** 0: no limit. */
  readonly maxDepth: number
  readonly maxBins: number
  /** Of the same groups as `minRowsPerGroup` of boosting. */
  readonly minRowsPerGroup: number
  readonly seed: number
}

export interface ForestRequest {
  readonly data: BoosterData
  readonly validation: BoosterTable
  readonly objective: BoosterObjective
  readonly parameters: ForestParameters
  /** What `save` gave, to go on from; null: none. */
  readonly start: readonly NamedTensor[] | null
}

/** A growing forest; its raw scores are those of a booster with the same objective. */
export class Forest implements Booster {
  readonly #request: ForestRequest
  readonly #columns: readonly BinnedColumn[]
  readonly #validation: readonly BinnedColumn[]
  readonly #grower: TreeGrower
  readonly #gradients: readonly Gradients[]
  readonly #trees: Tree[] = []
  readonly #sums: { readonly training: Float64Array; readonly validation: Float64Array }

  constructor(request: ForestRequest) {
    const { data, validation, objective, parameters } = request
    this.#request = request
    this.#columns = binTable(data, parameters.maxBins)
    this.#validation = binAlike(this.#columns, validation)
    this.#grower = new TreeGrower(this.#columns, data.rows, {
      ...boosterDefaults,
      ...parameters,
      leaves: data.rows,
      minHessianPerLeaf: 0,
      categoryL2: 0,
      categorySmoothing: 1,
    })
    const width = scoresPerRow(objective)
    const { target, weights } = data
    this.#gradients = Array.from({ length: width }, (_, offset) => ({
      first: Float32Array.from(target, (value, row) => {
        const targetValue = width === 1 ? value : Number(value === offset)
        return -targetValue * (weights?.[row] ?? 1)
      }),
      second: weights === null ? new Float32Array(data.rows).fill(1) : Float32Array.from(weights),
    }))
    this.#sums = {
      training: new Float64Array(data.rows * width),
      validation: new Float64Array(validation.rows * width),
    }
    const start = request.start === null ? [] : decodeTrees(request.start).trees
    for (const [index, tree] of start.entries()) {
      this.#trees.push(tree)
      const layout = { width, offset: index % width }
      addScores(tree, data, this.#sums.training, layout)
      addScores(tree, validation, this.#sums.validation, layout)
    }
  }

  /** Trees per score. */
  get rounds(): number {
    return this.#trees.length / this.#gradients.length
  }

  boostRound(): boolean {
    const { data, parameters } = this.#request
    const { seed, rowShare, columnShare } = parameters
    const number = this.rounds
    const stream = (purpose: string) => createRandomStream({ seed, number, purpose })
    const rows = drawShare(data.rows, rowShare, stream('treeRows'))
    const random = stream('treeColumns')
    const perLeaf = Math.max(1, Math.round(columnShare * this.#columns.length))
    for (const [offset, gradients] of this.#gradients.entries()) {
      this.#add(this.#grower.grow(gradients, rows, { perLeaf, random }).tree, offset)
    }
    return true
  }

  scores(part: 'training' | 'validation'): Float64Array {
    return forestScores(this.#sums[part], this.rounds, this.#request.objective)
  }

  save(rounds: number): readonly NamedTensor[] {
    const width = this.#gradients.length
    return encodeTrees({
      start: new Float64Array(width),
      trees: this.#trees.slice(0, rounds * width),
      columns: this.#columns.length,
    })
  }

  dispose(): void {
    this.#trees.length = 0
  }

  #add(tree: Tree, offset: number): void {
    this.#trees.push(tree)
    const layout = { width: this.#gradients.length, offset }
    addBinnedScores(tree, this.#columns, this.#sums.training, layout)
    addBinnedScores(tree, this.#validation, this.#sums.validation, layout)
  }
}

/** @throws AppError `data.invalid` */
export function loadForest(
  tensors: readonly NamedTensor[],
  objective: BoosterObjective,
): BoosterModel {
  const model = loadTrees(tensors)
  const rounds = model.trees / scoresPerRow(objective)
  return { ...model, predict: table => forestScores(model.predict(table), rounds, objective) }
}

/**
 * Means as raw scores. A share of 0 or 1 would be an infinite score, so one more tree that knows nothing votes.
 * @param sums of all trees
 */
function forestScores(
  sums: Float64Array,
  trees: number,
  objective: BoosterObjective,
): Float64Array {
  if (objective.kind === 'logistic') {
    return sums.map(sum => Math.log((sum + 0.5) / (trees - sum + 0.5)))
  }
  if (objective.kind === 'softmax') {
    return sums.map(sum => Math.log((sum + 1 / objective.classes) / (trees + 1)))
  }
  return sums.map(sum => sum / trees)
}
