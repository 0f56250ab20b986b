import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { isSameAssignment } from '../shared/tried-points.ts'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import type { Sampler } from '../sampler.ts'
import { activeAxes, assignmentOf, type Division, positionOf } from './division.ts'
import { beginRun, type Run, type RunSetting, tellRun } from './run.ts'

/** A run that has ended, as the outer sampler learns of it. */
export interface EndedRun {
  readonly id: number
  readonly outer: Assignment
  readonly best: Run['best']
  readonly end: MessageDescriptor
}

/**
 * Lanes are runs side by side, so that every slot has work: lane l does runs l, l + lanes, l + 2·lanes, … Never
 * changed; a trial gives a new one.
 */
export interface Lanes {
  /** The latest run of each lane with a result; null before the first. */
  readonly runs: readonly (Run | null)[]
  readonly ended: readonly EndedRun[]
}

export interface LaneSetting extends RunSetting {
  readonly division: Division
  readonly outerSampler: Sampler
  readonly lanes: number
}

/** A point that a run wants to be evaluated. */
export interface Wanted {
  readonly run: Run
  readonly lane: number
  /** Of the point in the run's stencil. */
  readonly index: number
  /**
   * 0: the point itself; v: 2^−v of the way there, or another start, after failures; {@link MAX_VARIANTS} + a: the point
   * without the step along axis a.
   */
  readonly variant: number
  readonly position: readonly number[]
  readonly assignment: Assignment
}

/** Failed trials in a row after which a point is no longer moved toward the position before. */
export const MAX_VARIANTS = 6
/** With more axes there is no variant for each of them. */
const MAX_DROPPED = 10

export function startLanes({ lanes }: LaneSetting): Lanes {
  return { runs: new Array<null>(lanes).fill(null), ended: [] }
}

/** Runs and what they want, made once for each state. */
export class LaneReader {
  readonly #setting: LaneSetting
  readonly #wanted = new WeakMap<Run, readonly (readonly Wanted[])[]>()
  readonly #begun = new WeakMap<readonly EndedRun[], Map<number, Run | null>>()

  constructor(setting: LaneSetting) {
    this.#setting = setting
  }

  /** The run that a lane is at; null where no further one may begin. */
  runOf({ runs, ended }: Lanes, lane: number): Run | null {
    const latest = runs[lane] ?? null
    if (latest !== null && latest.end === null) return latest
    const id = latest === null ? lane : latest.id + this.#setting.lanes
    const begun = getOrInsertComputed(this.#begun, ended, () => new Map<number, Run | null>())
    return getOrInsertComputed(begun, id, () => this.#begin(id, ended))
  }

  /** The points that a run still wants: one list of variants for each point of its stencil without a loss. */
  wantedBy(run: Run, lane: number): readonly (readonly Wanted[])[] {
    return getOrInsertComputed(this.#wanted, run, () =>
      run.stencil.flatMap((point, index) => {
        if (run.losses.has(index)) return []
        const variantAt = (_: unknown, variant: number): Wanted =>
          this.#variantOf(run, lane, index, point, variant)
        const isStep = run.stencil.length === 1 && run.accepted !== null
        const dropped = isStep && point.length <= MAX_DROPPED ? point.length : 0
        return [Array.from({ length: MAX_VARIANTS + dropped }, variantAt)]
      }),
    )
  }

  /** The lanes after a trial; the same ones if no run had asked for it. */
  tell(state: Lanes, trial: TrialSnapshot): Lanes {
    for (let lane = 0; lane < this.#setting.lanes; lane++) {
      const run = this.runOf(state, lane)
      if (run === null) continue
      for (const variants of this.wantedBy(run, lane)) {
        const matchingVariant = variants.find(variant =>
          isSameAssignment(variant.assignment, trial.parameters),
        )
        if (matchingVariant === undefined) continue
        const updated = tellRun(
          this.#setting,
          run,
          matchingVariant.index,
          matchingVariant.position,
          trial,
        )
        const { id, outer, best, end } = updated
        return {
          runs: state.runs.with(lane, updated),
          ended: end === null ? state.ended : [...state.ended, { id, outer, best, end }],
        }
      }
    }
    return state
  }

  #begin(id: number, ended: readonly EndedRun[]): Run | null {
    const { division, options } = this.#setting
    if (id >= (options.runs ?? Number.POSITIVE_INFINITY)) return null
    const outer = this.#outerValues(id, ended)
    if (outer === null) return null
    const axes = activeAxes(division, outer)
    const first = id === 0
    const start =
      first && (options.start === 'center' || options.startAt !== undefined)
        ? positionOf(axes, options.startAt ?? {})
        : this.#randomStart(id, 0, axes.length)
    return beginRun(this.#setting, id, outer, axes, start)
  }

  #outerValues(id: number, ended: readonly EndedRun[]): Assignment | null {
    const { division, outerSampler, seed, minimize } = this.#setting
    if (division.outer.parameters.length === 0) return {}
    const trials = [...ended]
      .sort((a, b) => a.id - b.id)
      .map(({ id: number, outer, best }): TrialSnapshot => {
        const loss = best?.loss ?? Number.NaN
        const value = minimize ? loss : -loss
        return { number, state: 'complete', parameters: outer, values: [value], reports: [] }
      })
    const random = createRandomStream({ seed, number: id, purpose: 'gradient outer' })
    const answer = outerSampler.propose({ trials, trialNumber: id, random })
    return 'exhausted' in answer ? null : answer.parameters
  }

  #randomStart(id: number, variant: number, dimension: number): number[] {
    const { seed } = this.#setting
    const number = (id * MAX_VARIANTS + variant) >>> 0
    const random = createRandomStream({ seed, number, purpose: 'gradient start' })
    return Array.from({ length: dimension }, () => random.uniform())
  }

  #variantOf(
    run: Run,
    lane: number,
    index: number,
    point: readonly number[],
    variant: number,
  ): Wanted {
    const isStencil = run.stencil.length > 1
    const from = isStencil ? run.position : run.accepted?.position
    const position =
      variant === 0
        ? point
        : from === undefined
          ? this.#randomStart(run.id, variant, point.length)
          : point.map((x, axis) => {
              const origin = from[axis] as number
              if (variant >= MAX_VARIANTS) return axis === variant - MAX_VARIANTS ? origin : x
              return origin + (x - origin) * 2 ** -variant
            })
    const assignment = assignmentOf(run.outer, run.axes, position)
    return { run, lane, index, variant, position, assignment }
  }
}
