import {
  type Booster,
  type BoosterData,
  type BoosterLibrary,
  type BoosterModel,
  type BoosterObjective,
  type BoosterParameters,
  type BoosterRequest,
  type BoosterTable,
  scoresPerRow,
} from '../../training/boosting/booster.ts'
import { readLightgbmTrees } from '../../training/boosting/lightgbm-trees.ts'
import { addScores } from '../../training/boosting/tree.ts'
import type { NamedTensor } from '../../training/objectives/objective-host.ts'
import { DataCache, type Lease } from './data-cache.ts'
import {
  startOrResume,
  damagedModel,
  holdsModel,
  modelBytes,
  originOf,
  requireColumns,
  storeModel,
} from './stored-model.ts'
import { c, callError, openLibrary, type Pointer, takeHandle } from './native-library.ts'
import { blocksOf, featureNames, rowMatrix } from './row-matrix.ts'

/** The functions of LightGBM's C interface that we use (`LightGBM/c_api.h`, which names their parameters). */
const signatures = {
  LGBM_GetLastError: [c.text],
  LGBM_DatasetCreateFromMat: [
    c.int,
    c.buffer,
    c.int,
    c.int,
    c.int,
    c.int,
    c.text,
    c.none,
    c.buffer,
  ],
  LGBM_DatasetSetField: [c.int, c.pointer, c.text, c.buffer, c.int, c.int],
  LGBM_DatasetSetFeatureNames: [c.int, c.pointer, c.texts, c.int],
  LGBM_DatasetFree: [c.int, c.pointer],
  LGBM_BoosterCreate: [c.int, c.pointer, c.text, c.buffer],
  LGBM_BoosterFree: [c.int, c.pointer],
  LGBM_BoosterUpdateOneIter: [c.int, c.pointer, c.buffer],
  LGBM_BoosterGetEval: [c.int, c.pointer, c.int, c.buffer, c.buffer],
  LGBM_BoosterGetPredict: [c.int, c.pointer, c.int, c.buffer, c.buffer],
  LGBM_BoosterNumberOfTotalModel: [c.int, c.pointer, c.buffer],
  LGBM_BoosterNumModelPerIteration: [c.int, c.pointer, c.buffer],
  LGBM_BoosterGetNumFeature: [c.int, c.pointer, c.buffer],
  LGBM_BoosterSaveModelToString: [
    c.int,
    c.pointer,
    c.int,
    c.int,
    c.int,
    c.long,
    c.buffer,
    c.buffer,
  ],
  LGBM_BoosterMerge: [c.int, c.pointer, c.pointer],
  LGBM_BoosterLoadModelFromString: [c.int, c.text, c.buffer, c.buffer],
  LGBM_BoosterFeatureImportance: [c.int, c.pointer, c.int, c.int, c.buffer],
  LGBM_BoosterPredictForMat: [
    c.int,
    c.pointer,
    c.buffer,
    c.int,
    c.int,
    c.int,
    c.int,
    c.int,
    c.int,
    c.int,
    c.text,
    c.buffer,
    c.buffer,
  ],
} as const

/** `C_API_DTYPE_…`, `C_API_PREDICT_…`, `C_API_FEATURE_IMPORTANCE_…` of `c_api.h`. */
const FLOAT32 = 0
const FLOAT64 = 1
const PREDICT_RAW = 1
const PREDICT_CONTRIBUTIONS = 3
const IMPORTANCE_GAIN = 1
const ROW_MAJOR = 1
const ALL_ROUNDS = -1
const MODEL_BYTES = 2 ** 20

export interface LightgbmOptions {
  /** `lib_lightgbm.so` or what it is called here. */
  readonly file: string
  readonly version: string
  /** One, because trials run side by side in processes of their own. */
  readonly threads?: number
}

/**
 * LightGBM out of a wheel of its own project, through its C interface: what it computes from equal parameters is what
 * its Python package computes.
 * @throws AppError `engine.unavailable`
 */
export function openLightgbm({ file, version, threads = 1 }: LightgbmOptions): BoosterLibrary {
  const api = openLibrary('lightgbm', file, signatures)
  const common = `num_threads=${threads} verbosity=-1`

  function check(status: number): void {
    if (status !== 0) throw callError('lightgbm', status, api.LGBM_GetLastError())
  }

  const datasets = new DataCache(handle => check(api.LGBM_DatasetFree(handle)))

  function count(read: (handle: Pointer, out: Int32Array) => number, handle: Pointer): number {
    const out = new Int32Array(1)
    check(read(handle, out))
    return out[0] as number
  }

  /** @param scores where the training begins; absent: at the best constant one */
  function makeDataset(data: BoosterData, settings: string, scores?: Float64Array): Pointer {
    const { rows, columns, target, weights } = data
    const handle = takeHandle(out =>
      check(
        api.LGBM_DatasetCreateFromMat(
          ...([rowMatrix(data), FLOAT64, rows, columns.length, ROW_MAJOR, settings, null] as const),
          out,
        ),
      ),
    )
    const set = (field: string, values: Float32Array | Float64Array, type: number) =>
      check(api.LGBM_DatasetSetField(handle, field, values, values.length, type))
    set('label', Float32Array.from(target), FLOAT32)
    if (weights !== null) set('weight', Float32Array.from(weights), FLOAT32)
    if (scores !== undefined) set('init_score', scores, FLOAT64)
    check(api.LGBM_DatasetSetFeatureNames(handle, featureNames(data), columns.length))
    return handle
  }

  function predict(
    booster: Pointer,
    matrix: Float64Array,
    rows: number,
    type: number,
    result: Float64Array,
  ): void {
    const shape = [FLOAT64, rows, matrix.length / rows, ROW_MAJOR] as const
    const length = new BigInt64Array(1)
    check(
      api.LGBM_BoosterPredictForMat(
        ...([booster, matrix, ...shape, type, 0, ALL_ROUNDS, common, length, result] as const),
      ),
    )
  }

  class LightgbmBooster implements Booster {
    readonly #request: BoosterRequest
    readonly #origin: () => Int32Array
    readonly #dataset: Lease
    readonly #handle: Pointer
    readonly #width: number
    readonly #validationScores: Float64Array
    #scored = 0

    /** @param earlier a model that grows on; null: from the beginning */
    constructor(request: BoosterRequest, settings: Settings, earlier: Pointer | null) {
      const { data, validation, objective } = request
      this.#request = request
      this.#width = scoresPerRow(objective)
      this.#origin = () => originOf(`lightgbm ${version} ${settings.all}`, data)
      this.#dataset =
        earlier === null
          ? datasets.take(data, settings.dataset, () => makeDataset(data, settings.dataset))
          : this.#datasetAfter(earlier, settings)
      try {
        this.#handle = takeHandle(out =>
          check(api.LGBM_BoosterCreate(this.#dataset.handle, settings.all, out)),
        )
        if (earlier !== null) check(api.LGBM_BoosterMerge(this.#handle, earlier))
      } catch (error) {
        this.#dataset.release()
        throw error
      }
      this.#validationScores = new Float64Array(validation.rows * this.#width)
    }

    /** Scores of an earlier model are of one training alone. */
    #datasetAfter(earlier: Pointer, settings: Settings): Lease {
      const { data } = this.#request
      const byRow = new Float64Array(data.rows * this.#width)
      predict(earlier, rowMatrix(data), data.rows, PREDICT_RAW, byRow)
      // They are wanted class by class.
      const scores = byRow.map((_, at) => {
        return byRow[(at % data.rows) * this.#width + Math.floor(at / data.rows)] as number
      })
      const handle = makeDataset(data, settings.dataset, scores)
      return { handle, release: () => check(api.LGBM_DatasetFree(handle)) }
    }

    get rounds(): number {
      return count(api.LGBM_BoosterNumberOfTotalModel, this.#handle) / this.#width
    }

    boostRound(): boolean {
      return count(api.LGBM_BoosterUpdateOneIter, this.#handle) === 0
    }

    trainingLoss(): number | null {
      if (this.#request.data.weights !== null) return null
      const loss = new Float64Array(1)
      check(api.LGBM_BoosterGetEval(this.#handle, 0, new Int32Array(1), loss))
      return loss[0] as number
    }

    scores(part: 'training' | 'validation'): Float64Array {
      return part === 'training' ? this.#trainingScores() : this.#scoreValidation()
    }

    /** Rounds that were not looked at yet are added to the sums so far. */
    #scoreValidation(): Float64Array {
      const rounds = this.rounds - this.#scored
      if (rounds > 0) {
        const text = decode(saveText(this.#handle, rounds, this.#scored))
        for (const [index, tree] of readLightgbmTrees(text).entries()) {
          const layout = { width: this.#width, offset: index % this.#width }
          addScores(tree, this.#request.validation, this.#validationScores, layout)
        }
      }
      this.#scored += rounds
      return this.#validationScores
    }

    /** LightGBM keeps them, but hands out probabilities, class by class: the way back is exact to rounding. */
    #trainingScores(): Float64Array {
      const { data, objective } = this.#request
      const predictions = new Float64Array(data.rows * this.#width)
      check(api.LGBM_BoosterGetPredict(this.#handle, 0, new BigInt64Array(1), predictions))
      if (objective.kind === 'logistic') return predictions.map(p => Math.log(p / (1 - p)))
      if (objective.kind !== 'softmax') return predictions
      const scores = new Float64Array(predictions.length)
      for (let at = 0; at < predictions.length; at++) {
        const [row, score] = [at % data.rows, Math.floor(at / data.rows)]
        scores[row * this.#width + score] = Math.log(Math.max(predictions[at]!, Number.MIN_VALUE))
      }
      return scores
    }

    save(rounds: number): readonly NamedTensor[] {
      return storeModel('lightgbm', saveText(this.#handle, rounds), rounds, this.#origin())
    }

    dispose(): void {
      check(api.LGBM_BoosterFree(this.#handle))
      this.#dataset.release()
    }
  }

  let textBuffer = new Uint8Array(MODEL_BYTES)

  /** @returns valid until the next call */
  function saveText(booster: Pointer, rounds: number, from = 0): Uint8Array {
    const length = new BigInt64Array(1)
    const save = (buffer: Uint8Array) =>
      check(
        api.LGBM_BoosterSaveModelToString(
          ...([booster, from, rounds, IMPORTANCE_GAIN, buffer.length, length, buffer] as const),
        ),
      )
    save(textBuffer)
    if (Number(length[0]) > textBuffer.length) {
      textBuffer = new Uint8Array(Number(length[0]))
      save(textBuffer)
    }
    // It ends with a zero.
    return textBuffer.subarray(0, Number(length[0]) - 1)
  }

  function read(bytes: Uint8Array): { readonly handle: Pointer; readonly modelText: string } {
    const modelText = decode(bytes)
    try {
      const handle = takeHandle(out =>
        check(api.LGBM_BoosterLoadModelFromString(modelText, new Int32Array(1), out)),
      )
      return { handle, modelText }
    } catch (error) {
      throw damagedModel('lightgbm', error)
    }
  }

  function train(request: BoosterRequest): Booster {
    const { data, objective, parameters } = request
    const dataset = `${common} ${datasetSettings(data, parameters)}`
    const all = `${dataset} ${trainingSettings(objective, parameters)}`
    return startOrResume('lightgbm', request.start, {
      origin: () => originOf(`lightgbm ${version} ${all}`, data),
      begin: () => new LightgbmBooster(request, { dataset, all }, null),
      resume: model => {
        const { handle } = read(model)
        try {
          return new LightgbmBooster(request, { dataset, all }, handle)
        } finally {
          check(api.LGBM_BoosterFree(handle))
        }
      },
    })
  }

  function load(model: readonly NamedTensor[]): BoosterModel {
    const { handle, modelText } = read(modelBytes('lightgbm', model))
    const width = count(api.LGBM_BoosterNumModelPerIteration, handle)
    const columns = count(api.LGBM_BoosterGetNumFeature, handle)
    const leaves = [...modelText.matchAll(/^num_leaves=(\d+)$/gm)].map(([, leafCount]) =>
      Number(leafCount),
    )
    /** @param values numbers per row */
    function perRow(table: BoosterTable, type: number, values: number): Float64Array {
      requireColumns(table, columns)
      const result = new Float64Array(table.rows * values)
      for (const { from, rows } of blocksOf(table.rows)) {
        const part = result.subarray(from * values, (from + rows) * values)
        predict(handle, rowMatrix(table, from, rows), rows, type, part)
      }
      return result
    }
    return {
      trees: leaves.length,
      leaves: leaves.reduce((sum, treeLeaves) => sum + treeLeaves, 0),
      predict: table => perRow(table, PREDICT_RAW, width),
      contributions: table => perRow(table, PREDICT_CONTRIBUTIONS, width * (columns + 1)),
      gains() {
        const gains = new Float64Array(columns)
        check(api.LGBM_BoosterFeatureImportance(handle, ALL_ROUNDS, IMPORTANCE_GAIN, gains))
        return gains
      },
      dispose: () => check(api.LGBM_BoosterFree(handle)),
    }
  }

  return {
    name: 'lightgbm',
    version,
    reads: model => holdsModel('lightgbm', model),
    train,
    load,
  }
}

function decode({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('utf8')
}

interface Settings {
  /** Those that bins depend on. */
  readonly dataset: string
  readonly all: string
}

/**
 * Decided by the columns and their bins. No column is left out beforehand for having too few rows on one side, so that
 * trials with other leaves share them.
 */
function datasetSettings({ columns }: BoosterTable, { maxBins }: BoosterParameters): string {
  const categorical = columns.flatMap(({ kind }, at) => (kind === 'categorical' ? [at] : []))
  return settingsText({
    max_bin: maxBins,
    feature_pre_filter: false,
    data_random_seed: 1,
    ...(categorical.length === 0 ? {} : { categorical_feature: categorical.join(',') }),
  })
}

function trainingSettings(objective: BoosterObjective, parameters: BoosterParameters): string {
  return settingsText({
    ...objectiveSettings(objective),
    learning_rate: parameters.learningRate,
    num_leaves: parameters.leaves,
    max_depth: parameters.maxDepth === 0 ? -1 : parameters.maxDepth,
    min_data_in_leaf: parameters.minRowsPerLeaf,
    min_sum_hessian_in_leaf: parameters.minHessianPerLeaf,
    lambda_l1: parameters.lambdaL1,
    lambda_l2: parameters.lambdaL2,
    min_gain_to_split: parameters.minGain,
    feature_fraction: parameters.featureFraction,
    bagging_fraction: parameters.baggingFraction,
    bagging_freq: parameters.baggingFraction < 1 ? 1 : 0,
    cat_l2: parameters.categoryL2,
    cat_smooth: parameters.categorySmoothing,
    min_data_per_group: parameters.minRowsPerGroup,
    seed: parameters.seed % 2 ** 31,
    // Otherwise it times two ways at the start and takes the faster one; their sums differ.
    deterministic: true,
    force_col_wise: true,
  })
}

function objectiveSettings(objective: BoosterObjective): Record<string, string | number> {
  switch (objective.kind) {
    case 'squaredError':
      return { objective: 'regression', metric: 'l2' }
    case 'absoluteError':
      return { objective: 'regression_l1', metric: 'l1' }
    case 'quantile':
      return { objective: 'quantile', alpha: objective.quantile, metric: 'quantile' }
    case 'logistic':
      return { objective: 'binary', metric: 'binary_logloss' }
    case 'softmax':
      return { objective: 'multiclass', num_class: objective.classes, metric: 'multi_logloss' }
  }
}

function settingsText(settings: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
