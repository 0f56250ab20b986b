import koffi from 'koffi'
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
import type { NamedTensor } from '../../training/objectives/objective-host.ts'
import { DataCache, type Lease } from './data-cache.ts'
import { c, callError, copyBytes, openLibrary, type Pointer, takeHandle } from './native-library.ts'
import { blocksOf, featureNames, rowMatrix } from './row-matrix.ts'
import {
  startOrResume,
  damagedModel,
  holdsModel,
  modelBytes,
  originOf,
  requireColumns,
  storeModel,
} from './stored-model.ts'

/** The functions of XGBoost's C interface that we use (`xgboost/c_api.h`, which names their parameters). */
const signatures = {
  XGBGetLastError: [c.text],
  XGBoostVersion: [c.nothing, c.buffer, c.buffer, c.buffer],
  XGBSetGlobalConfig: [c.int, c.text],
  XGDMatrixCreateFromDense: [c.int, c.text, c.text, c.buffer],
  XGDMatrixSetInfoFromInterface: [c.int, c.pointer, c.text, c.text],
  XGDMatrixSetStrFeatureInfo: [c.int, c.pointer, c.text, c.texts, c.size],
  XGDMatrixFree: [c.int, c.pointer],
  XGBoosterCreate: [c.int, c.buffer, c.size, c.buffer],
  XGBoosterFree: [c.int, c.pointer],
  XGBoosterSetParam: [c.int, c.pointer, c.text, c.text],
  XGBoosterUpdateOneIter: [c.int, c.pointer, c.int, c.pointer],
  XGBoosterPredictFromDMatrix: [c.int, c.pointer, c.pointer, c.text, c.buffer, c.buffer, c.buffer],
  XGBoosterSlice: [c.int, c.pointer, c.int, c.int, c.int, c.buffer],
  XGBoosterSaveModelToBuffer: [c.int, c.pointer, c.text, c.buffer, c.buffer],
  XGBoosterLoadModelFromBuffer: [c.int, c.pointer, c.buffer, c.size],
  XGBoosterGetNumFeature: [c.int, c.pointer, c.buffer],
  XGBoosterFeatureScore: [
    c.int,
    c.pointer,
    c.text,
    c.buffer,
    c.buffer,
    c.buffer,
    c.buffer,
    c.buffer,
  ],
} as const

/** `type` of a prediction. */
const MARGINS = 1
const CONTRIBUTIONS = 2

export interface XgboostOptions {
  /** `libxgboost.so` or what it is called here. */
  readonly file: string
  /** One, because trials run side by side in processes of their own. */
  readonly threads?: number
}

/** The parts of a stored model that we read (XGBoost's JSON schema of models). */
interface StoredTrees {
  readonly learner: {
    readonly gradient_booster: {
      readonly model: { readonly trees: readonly { readonly left_children: readonly number[] }[] }
    }
  }
}

/**
 * XGBoost out of a wheel of its own project, through its C interface: what it computes from equal parameters is what its
 * Python package computes.
 * @throws AppError `engine.unavailable`
 */
export function openXgboost({ file, threads = 1 }: XgboostOptions): BoosterLibrary {
  const api = openLibrary('xgboost', file, signatures)

  function check(status: number): void {
    if (status === 0) return
    const [words = ''] = api.XGBGetLastError().split('\nStack trace:')
    throw callError('xgboost', status, words)
  }
  const version = versionOf(api)
  check(api.XGBSetGlobalConfig('{"verbosity": 0}'))

  const datasets = new DataCache(handle => check(api.XGDMatrixFree(handle)))

  /** Values become float32 in there. */
  function makeMatrix(table: BoosterTable, from: number, rows: number): Pointer {
    const matrix = rowMatrix(table, from, rows)
    const values = arrayInterface(matrix, [rows, table.columns.length])
    const settings = `{"missing": NaN, "nthread": ${threads}}`
    const handle = takeHandle(out => check(api.XGDMatrixCreateFromDense(values, settings, out)))
    const describe = (field: string, texts: readonly string[]) =>
      check(api.XGDMatrixSetStrFeatureInfo(handle, field, texts, texts.length))
    describe('feature_name', featureNames(table))
    describe(
      'feature_type',
      table.columns.map(({ kind }) => (kind === 'categorical' ? 'c' : 'q')),
    )
    return handle
  }

  function setField(matrix: Pointer, field: string, values: Float64Array): void {
    const numbers = arrayInterface(values, [values.length])
    check(api.XGDMatrixSetInfoFromInterface(matrix, field, numbers))
  }

  function makeTraining(data: BoosterData): Pointer {
    const handle = makeMatrix(data, 0, data.rows)
    setField(handle, 'label', data.target)
    if (data.weights !== null) setField(handle, 'weight', data.weights)
    return handle
  }

  function makeValidation(table: BoosterTable): Pointer {
    const handle = makeMatrix(table, 0, table.rows)
    // Nothing reads them, but some losses want labels wherever scores are kept.
    setField(handle, 'label', new Float64Array(table.rows))
    return handle
  }

  function newBooster(matrices: readonly Pointer[]): Pointer {
    const handles = BigUint64Array.from([...matrices, 0n])
    return takeHandle(out => check(api.XGBoosterCreate(handles, matrices.length, out)))
  }

  /** @returns float32 in there, widened */
  function predict(booster: Pointer, matrix: Pointer, type: number, values: number): Float64Array {
    const [shape, dimensions, result] = [1, 1, 1].map(() => new BigUint64Array(1)) as [
      BigUint64Array,
      BigUint64Array,
      BigUint64Array,
    ]
    const settings = { type, training: false, iteration_begin: 0, iteration_end: 0 }
    const text = JSON.stringify({ ...settings, strict_shape: true })
    check(api.XGBoosterPredictFromDMatrix(booster, matrix, text, shape, dimensions, result))
    const bytes = values * Float32Array.BYTES_PER_ELEMENT
    return Float64Array.from(new Float32Array(copyBytes(result[0] as bigint, bytes)))
  }

  function saveJson(booster: Pointer): Uint8Array {
    const [length, bytes] = [new BigUint64Array(1), new BigUint64Array(1)]
    check(api.XGBoosterSaveModelToBuffer(booster, '{"format": "json"}', length, bytes))
    return new Uint8Array(copyBytes(bytes[0] as bigint, Number(length[0])))
  }

  class XgboostBooster implements Booster {
    readonly #request: BoosterRequest
    readonly #width: number
    readonly #training: Lease
    readonly #validation: Lease
    readonly #handle: Pointer
    readonly #origin: () => Int32Array
    rounds = 0

    /** @param earlier a model that grows on; null: from the beginning */
    constructor(
      request: BoosterRequest,
      settings: Settings,
      earlier: { readonly model: Uint8Array; readonly rounds: number } | null,
    ) {
      const { data, validation, objective } = request
      this.#origin = () => originFor(settings, data)
      this.#request = request
      this.#width = scoresPerRow(objective)
      this.#training = datasets.take(data, 'training', () => makeTraining(data))
      this.#validation = datasets.take(validation, 'validation', () => makeValidation(validation))
      // Scores of matrices that it is made with are kept, and each round adds to them.
      this.#handle = newBooster([this.#training.handle, this.#validation.handle])
      if (earlier !== null) {
        const { model, rounds } = earlier
        check(api.XGBoosterLoadModelFromBuffer(this.#handle, model, model.length))
        this.rounds = rounds
      }
      for (const [name, value] of Object.entries(settings)) {
        check(api.XGBoosterSetParam(this.#handle, name, String(value)))
      }
    }

    boostRound(): boolean {
      check(api.XGBoosterUpdateOneIter(this.#handle, this.rounds, this.#training.handle))
      this.rounds++
      return true
    }

    scores(part: 'training' | 'validation'): Float64Array {
      const [{ rows }, { handle }] =
        part === 'training'
          ? [this.#request.data, this.#training]
          : [this.#request.validation, this.#validation]
      return predict(this.#handle, handle, MARGINS, rows * this.#width)
    }

    save(rounds: number): readonly NamedTensor[] {
      if (rounds === this.rounds)
        return storeModel('xgboost', saveJson(this.#handle), rounds, this.#origin())
      const first = takeHandle(out => check(api.XGBoosterSlice(this.#handle, 0, rounds, 1, out)))
      try {
        return storeModel('xgboost', saveJson(first), rounds, this.#origin())
      } finally {
        check(api.XGBoosterFree(first))
      }
    }

    dispose(): void {
      check(api.XGBoosterFree(this.#handle))
      this.#training.release()
      this.#validation.release()
    }
  }

  function originFor(settings: Settings, data: BoosterData): Int32Array {
    return originOf(`xgboost ${version} ${JSON.stringify(settings)}`, data)
  }

  function train(request: BoosterRequest): Booster {
    const { data, objective, parameters, start } = request
    const settings = { ...trainingSettings(objective, parameters, data), nthread: threads }
    return startOrResume('xgboost', start, {
      origin: () => originFor(settings, data),
      begin: () => new XgboostBooster(request, settings, null),
      resume: (model, rounds) => new XgboostBooster(request, settings, { model, rounds }),
    })
  }

  function load(model: readonly NamedTensor[]): BoosterModel {
    const bytes = modelBytes('xgboost', model)
    const handle = newBooster([])
    const columnCount = new BigUint64Array(1)
    let leavesOfTrees: readonly number[]
    try {
      check(api.XGBoosterLoadModelFromBuffer(handle, bytes, bytes.length))
      check(api.XGBoosterGetNumFeature(handle, columnCount))
      const { learner } = JSON.parse(Buffer.from(bytes).toString('utf8')) as StoredTrees
      const { trees } = learner.gradient_booster.model
      leavesOfTrees = trees.map(tree => tree.left_children.filter(child => child === -1).length)
      check(api.XGBoosterSetParam(handle, 'nthread', String(threads)))
    } catch (error) {
      check(api.XGBoosterFree(handle))
      throw damagedModel('xgboost', error)
    }
    const columns = Number(columnCount[0])
    const width = outputsOf(bytes)
    function perRow(table: BoosterTable, type: number, values: number): Float64Array {
      requireColumns(table, columns)
      const result = new Float64Array(table.rows * values)
      for (const { from, rows } of blocksOf(table.rows)) {
        const matrix = makeMatrix(table, from, rows)
        try {
          result.set(predict(handle, matrix, type, rows * values), from * values)
        } finally {
          check(api.XGDMatrixFree(matrix))
        }
      }
      return result
    }
    return {
      trees: leavesOfTrees.length,
      leaves: leavesOfTrees.reduce((sum, treeLeaves) => sum + treeLeaves, 0),
      predict: table => perRow(table, MARGINS, width),
      contributions: table => perRow(table, CONTRIBUTIONS, width * (columns + 1)),
      gains: () => gainsOf(handle, columns),
      dispose: () => check(api.XGBoosterFree(handle)),
    }
  }

  /** XGBoost tells only of columns that it used, by name; so they are asked for under names of ours. */
  function gainsOf(booster: Pointer, columns: number): Float64Array {
    const out = Array.from({ length: 5 }, () => new BigUint64Array(1))
    const [count, names, dimensions, shape, scores] = out as [
      ...[BigUint64Array, BigUint64Array, BigUint64Array, BigUint64Array, BigUint64Array],
    ]
    const numbered = Array.from({ length: columns }, (_, at) => String(at))
    const settings = JSON.stringify({ importance_type: 'total_gain', feature_names: numbered })
    check(api.XGBoosterFeatureScore(booster, settings, count, names, dimensions, shape, scores))
    const used = Number(count[0])
    const gains = new Float64Array(columns)
    if (used === 0) return gains
    const usedGains = new Float32Array(copyBytes(scores[0] as bigint, used * 4))
    const texts = koffi.decode(names[0]!, 'const char *', used) as readonly string[]
    for (const [at, text] of texts.entries()) gains[Number(text)] = usedGains[at] as number
    return gains
  }

  return {
    name: 'xgboost',
    version,
    reads: model => holdsModel('xgboost', model),
    train,
    load,
  }
}

function versionOf({ XGBoostVersion }: { readonly XGBoostVersion: VersionFunction }): string {
  const parts = [new Int32Array(1), new Int32Array(1), new Int32Array(1)] as const
  XGBoostVersion(...parts)
  return parts.map(part => part[0]).join('.')
}
type VersionFunction = (major: Int32Array, minor: Int32Array, patch: Int32Array) => void

/** Scores per row of a stored model: classes of a softmax, else 1. */
function outputsOf(model: Uint8Array): number {
  const head = /"num_class":"(\d+)"/.exec(Buffer.from(model).toString('latin1'))
  return Math.max(1, Number(head?.[1] ?? 1))
}

/** NumPy's array interface, version 3: where values lie, and how. */
function arrayInterface(values: Float64Array, shape: readonly number[]): string {
  // Small arrays lie outside of V8's heap only once their buffer was asked for.
  void values.buffer
  const data = `[${koffi.address(values)}, true]`
  return `{"data": ${data}, "shape": [${shape.join(', ')}], "typestr": "<f8", "version": 3}`
}

type Settings = Readonly<Record<string, string | number | boolean>>

/** LightGBM's names of parameters in XGBoost's; what XGBoost lacks (`categoryL2`, `categorySmoothing`, `minRowsPerGroup`) is left out. */
function trainingSettings(
  objective: BoosterObjective,
  parameters: BoosterParameters,
  data: BoosterData,
): Settings {
  const { minRowsPerLeaf, minHessianPerLeaf } = parameters
  return {
    ...objectiveSettings(objective),
    tree_method: 'hist',
    grow_policy: 'lossguide',
    max_leaves: parameters.leaves,
    max_depth: parameters.maxDepth,
    eta: parameters.learningRate,
    // It counts no rows: as many as weigh that much before the first round.
    min_child_weight: Math.max(minHessianPerLeaf, minRowsPerLeaf * meanHessian(objective, data)),
    alpha: parameters.lambdaL1,
    lambda: parameters.lambdaL2,
    gamma: parameters.minGain,
    colsample_bytree: parameters.featureFraction,
    subsample: parameters.baggingFraction,
    max_bin: parameters.maxBins,
    seed: parameters.seed % 2 ** 31,
    // Its random numbers are the process's, so that another training between two rounds would change them.
    seed_per_iteration: true,
  }
}

function objectiveSettings(objective: BoosterObjective): Record<string, string | number> {
  switch (objective.kind) {
    case 'squaredError':
      return { objective: 'reg:squarederror' }
    case 'absoluteError':
      return { objective: 'reg:absoluteerror' }
    case 'quantile':
      return { objective: 'reg:quantileerror', quantile_alpha: objective.quantile }
    case 'logistic':
      return { objective: 'binary:logistic' }
    case 'softmax':
      return { objective: 'multi:softprob', num_class: objective.classes }
  }
}

/** Second derivative of the loss by the raw score, the mean over all rows where every score is the best constant one. */
function meanHessian(objective: BoosterObjective, { rows, target, weights }: BoosterData): number {
  const total = weights === null ? rows : weights.reduce((sum, weight) => sum + weight, 0)
  const perRow = total / rows
  if (objective.kind !== 'logistic' && objective.kind !== 'softmax') return perRow
  const classes = objective.kind === 'logistic' ? 2 : objective.classes
  const shares = new Float64Array(classes)
  for (let row = 0; row < rows; row++) shares[target[row]!]! += (weights?.[row] ?? 1) / total
  const variance = shares.map(share => share * (1 - share))
  // XGBoost's softmax takes twice the diagonal of the second derivatives.
  const factor = objective.kind === 'softmax' ? 2 : 1
  return (
    (perRow * factor * variance.reduce((sum, scoreVariance) => sum + scoreVariance, 0)) / classes
  )
}
