import { ownValue } from '../../../core/values/named-values.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import { enlarged } from '../../../math/numbers.ts'
import { PRIOR_MEAN } from './bandwidths.ts'
import type { Dimension, DimensionGroup } from './dimension.ts'
import { thinningKey } from './thin-out.ts'

interface AddedTrial {
  readonly trialIndex: number
  readonly number: number
  readonly parameters: Assignment
}

/** The row of the prior; the others are observations. */
export const PRIOR_ROW = 0

/** The observations of one group, one row each; a history filled at once is equal to one filled trial by trial. */
export class GroupHistory {
  readonly group: DimensionGroup
  readonly width: number
  readonly continuousCount: number
  /** Per dimension its index among the continuous ones; −1 for the others. */
  readonly continuousIndices: readonly number[]
  /** The row of the prior included. */
  rowCount = 1
  /** Rows for which the arrays have room. */
  capacity = 64
  /** Rises whenever rows have been taken away: their numbers are used again. */
  generation = 0
  /** Index of each row's trial in the list of trials. */
  trialIndices = new Int32Array(64)
  /** See `thinningKey`. */
  thinningKeys = new Uint32Array(64)
  /** Rows × dimensions: position, or number of the choice; −1 for the prior of a choice. */
  coordinates: Float64Array
  /** Rows × continuous dimensions; the same array where all are. */
  continuous: Float64Array

  constructor(group: DimensionGroup) {
    const { dimensions } = group
    this.group = group
    this.width = dimensions.length
    this.continuousIndices = dimensions.map(({ kind }, column) =>
      kind === 'continuous'
        ? dimensions.slice(0, column).filter(other => other.kind === 'continuous').length
        : -1,
    )
    this.continuousCount = this.continuousIndices.filter(index => index >= 0).length
    this.coordinates = new Float64Array(this.capacity * this.width)
    this.continuous = this.#isAllContinuous
      ? this.coordinates
      : new Float64Array(this.capacity * this.continuousCount)
    dimensions.forEach(({ kind }, column) => {
      this.#put(PRIOR_ROW, column, kind === 'choice' ? -1 : PRIOR_MEAN)
    })
  }

  /** Keeps the rows of the first `trialCount` trials. */
  truncate(trialCount: number): void {
    let remainingRows = this.rowCount
    while (remainingRows > 1 && (this.trialIndices[remainingRows - 1] as number) >= trialCount)
      remainingRows--
    if (remainingRows === this.rowCount) return
    this.rowCount = remainingRows
    this.generation++
  }

  /** Adds trials, of which those without the group's parameters are passed over. */
  append(added: readonly AddedTrial[]): void {
    const { dimensions } = this.group
    const [first] = dimensions
    for (const { trialIndex, number, parameters } of added) {
      if (first === undefined || !Object.hasOwn(parameters, first.parameter.name)) continue
      if (this.rowCount === this.capacity) this.#grow()
      const row = this.rowCount++
      this.trialIndices[row] = trialIndex
      this.thinningKeys[row] = thinningKey(number)
      for (let column = 0; column < this.width; column++) {
        const dimension = dimensions[column] as Dimension
        this.#put(
          row,
          column,
          dimension.observe(ownValue(parameters, dimension.parameter.name) as never),
        )
      }
    }
  }

  get #isAllContinuous(): boolean {
    return this.continuousCount === this.width
  }

  #put(row: number, column: number, coordinate: number): void {
    this.coordinates[row * this.width + column] = coordinate
    const continuousIndex = this.continuousIndices[column] as number
    if (continuousIndex >= 0)
      this.continuous[row * this.continuousCount + continuousIndex] = coordinate
  }

  #grow(): void {
    this.capacity *= 2
    this.trialIndices = enlarged(this.trialIndices, this.capacity)
    this.thinningKeys = enlarged(this.thinningKeys, this.capacity)
    this.coordinates = enlarged(this.coordinates, this.capacity * this.width)
    this.continuous = this.#isAllContinuous
      ? this.coordinates
      : enlarged(this.continuous, this.capacity * this.continuousCount)
  }
}

/** The rows that a list of trials gives the model; follows the list from request to request. */
export class TpeHistory {
  readonly groups: readonly GroupHistory[]
  #parameters: Assignment[] = []

  constructor(groups: readonly DimensionGroup[]) {
    this.groups = groups.map(group => new GroupHistory(group))
  }

  /** Makes rows of these trials; only those that changed since the last call cost time. */
  follow(trials: readonly TrialSnapshot[]): void {
    const parameters = this.#parameters
    let same = 0
    const most = Math.min(trials.length, parameters.length)
    while (same < most && trials[same]?.parameters === parameters[same]) same++
    if (same < parameters.length) {
      parameters.length = same
      for (const group of this.groups) group.truncate(same)
    }
    if (same === trials.length) return
    const added = trials.slice(same).map((trial, index) => ({
      trialIndex: same + index,
      number: trial.number,
      parameters: trial.parameters,
    }))
    parameters.push(...added.map(trial => trial.parameters))
    for (const group of this.groups) group.append(added)
  }
}
