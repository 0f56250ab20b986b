import { signOf } from '../../../core/trial/ranking.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import type { Assignment, TrialSnapshot } from '../../../core/trial/trial.ts'
import { firstIndexWhere } from '../../../math/numbers.ts'
import { canResume, type TrainingCurve } from './training-curve.ts'

/** A training, whose increments are trials that go on from one another. */
export interface Training extends TrainingCurve {
  readonly parameters: Assignment
  /** Number of the trial that was its last increment. */
  readonly trial: number
  /** `waits` at the end of an increment that can go on, `running`, or `over`: stopped, or its next increment has failed. */
  readonly state: 'waits' | 'running' | 'over'
  /** Values of the study's constraints at the ends of its increments, by rising step; NaN counts as +∞. */
  readonly constraints: readonly ConstraintsAt[]
}

interface ConstraintsAt {
  readonly step: number
  readonly values: readonly number[]
}

export interface TrainingsSetting {
  readonly direction: Goal['direction']
  readonly wholeSteps: number
  readonly pointOf: (parameters: Assignment) => Float64Array
}

/**
 * The trainings of a study, by the number of their first trial. Those that have failed before any report, and increments that were canceled,
 * are not among them; a fork is a training of its own that begins with what it has reported itself. One whose next increment has failed or
 * was taken out of the search is over; one whose next increment waits to run again still runs.
 */
export function trainingsOf(
  trials: readonly TrialSnapshot[],
  { direction, wholeSteps, pointOf }: TrainingsSetting,
): Training[] {
  const sign = signOf(direction)
  const lossOf = (value: number): number =>
    Number.isNaN(value) ? Number.POSITIVE_INFINITY : sign * value
  /** By the number of each trial, the training that it is an increment of. */
  const byTrial = new Map<number, Training>()
  const trainings = new Map<number, Training>()
  const roots = new Map<number, number>()
  for (const trial of trials) {
    const { origin } = trial
    const before = origin?.mode === 'continue' ? byTrial.get(origin.trial) : undefined
    const root = before === undefined ? trial.number : (roots.get(before.trial) as number)
    const state = stateOf(trial)
    if (state === null) {
      const after = before === undefined ? null : stateAfter(trial)
      if (after !== null) trainings.set(root, { ...(before as Training), state: after })
      continue
    }
    const [value] = trial.values
    const reports =
      trial.reports.length > 0 || value === undefined
        ? trial.reports
        : [{ step: wholeSteps, value }]
    // What a running trial has reported so far is not looked at: when it was asked would decide.
    const added = trial.state === 'running' ? [] : reports
    const { steps: earlier = [], losses = [], constraints = [] } = before ?? {}
    // A increment may have begun anew, or before the end of the one that it goes on from.
    const first = added[0]?.step ?? Number.POSITIVE_INFINITY
    const retainedCount = firstIndexWhere(
      earlier.length,
      index => (earlier[index] as number) >= first,
    )
    const training: Training = {
      parameters: trial.parameters,
      point: before?.point ?? pointOf(trial.parameters),
      trial: trial.number,
      state,
      steps: [...earlier.slice(0, retainedCount), ...added.map(({ step }) => step)],
      losses: [...losses.slice(0, retainedCount), ...added.map(report => lossOf(report.value))],
      constraints: [
        ...constraints.filter(({ step }) => step < first),
        ...constraintsOf(trial, added.at(-1)?.step),
      ],
    }
    roots.set(trial.number, root)
    byTrial.set(trial.number, training)
    trainings.set(root, training)
  }
  return [...trainings.values()]
}

/** What an increment says of the constraints, at its last step. */
function constraintsOf({ constraints }: TrialSnapshot, step: number | undefined): ConstraintsAt[] {
  if (step === undefined || constraints === undefined || constraints.length === 0) return []
  return [{ step, values: constraints.map(value => (Number.isNaN(value) ? Infinity : value)) }]
}

/** Whether a training kept every constraint when it was last looked at; true where the study has none. */
export function isAllowed({ constraints }: Pick<Training, 'constraints'>): boolean {
  return constraints.at(-1)?.values.every(value => value <= 0) ?? true
}

/** What a trial makes of the training that it is an increment of; null where it tells nothing. */
function stateOf({ state, excluded }: TrialSnapshot): Training['state'] | null {
  if (excluded === true) return null
  if (state === 'complete') return 'waits'
  if (state === 'running') return 'running'
  return state === 'pruned' ? 'over' : null
}

/** What an increment that tells nothing makes of the training before it; null: nothing. */
function stateAfter({ state, excluded }: TrialSnapshot): 'running' | 'over' | null {
  if (excluded === true || state === 'failed') return 'over'
  return state === 'interrupted' ? 'running' : null
}

/** Finished increments that may go on: the last of each training that waits. */
export function waitingIncrements(
  trials: readonly TrialSnapshot[],
  setting: Omit<TrainingsSetting, 'pointOf'>,
): number[] {
  return trainingsOf(trials, { ...setting, pointOf: () => new Float64Array(0) })
    .filter(training => training.state !== 'over' && canResume(training, setting.wholeSteps))
    .map(({ trial }) => trial)
}
