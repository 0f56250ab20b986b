import { isFeasible } from '../contract/constraints.ts'
import { type ChartTexts, fillIn } from '../contract/i18n/chart-texts.ts'
import { bestTrial } from '../contract/ranking.ts'
import { trialStates } from '../contract/trial.ts'
import {
  bestSteps,
  type GoalOf,
  goalValue,
  type OutlineTrial,
  type Placed,
  placeTrials,
  type Progress,
} from '../analysis/history/progress.ts'
import {
  type ChartModel,
  type ChartTable,
  isDrawn,
  type Mark,
  stateShapes,
  type Unit,
} from './chart-model.ts'
import { bestRing, nothingToShow, stateMarks, valueAxis } from './goal-values.ts'

export interface HistoryQuestion {
  readonly trials: readonly OutlineTrial[]
  readonly goal: GoalOf
  readonly by: Progress | 'energy'
  readonly logX: boolean
  readonly logY: boolean | 'auto'
  readonly texts: ChartTexts
  /** Trials without the filter. */
  readonly all?: number
  /** Joules by number of the trial, for `energy`. */
  readonly energy?: ReadonlyMap<number, number>
}

const units: Readonly<Record<Progress | 'energy', Unit | undefined>> = {
  trials: 'trial',
  wallTime: 'durationMs',
  epochs: 'whole',
  energy: undefined,
}

/**
 * Every trial's value and the best so far. By trials a value stands at its trial's number; by time, epochs and energy
 * where its trial ended, with long pauses cut out: what had been spent when it was known. Trials without a value stand below.
 */
export function historyModel(question: HistoryQuestion): ChartModel {
  const { goal, texts, by } = question
  const placed = placeTrials(question.trials, by, question.energy)
  const known: Placed<OutlineTrial>[] = []
  const without: Placed<OutlineTrial>[] = []
  for (const one of placed) {
    ;(Number.isFinite(goalValue(one.trial, goal)) ? known : without).push(one)
  }
  const y = valueAxis(
    goal.metric,
    known.map(({ trial }) => goalValue(trial, goal)),
    { direction: goal.direction, log: question.logY, texts },
  )
  const steps = bestSteps(placed, goal)
  const improvements = steps.map(({ number, x, value }) => ({ x, y: value, trial: number }))
  const last = improvements.at(-1)
  const end = placed.at(-1)
  // One whose value is infinite is the best and cannot be drawn.
  const best = bestTrial(question.trials, goal)?.number
  const line =
    last === undefined || end === undefined ? [] : [...improvements, { ...last, x: end.x }]
  const title = by === 'trials' ? texts.trial : texts[by]
  const unit = units[by]
  const rugs = trialStates.map((state): Mark => ({
    ...{ kind: 'rug', name: texts[state], tone: state, shape: stateShapes[state] },
    points: without
      .filter(({ trial }) => trial.state === state)
      .map(({ x, trial: { number } }) => ({
        ...{ x, trial: number, text: `${texts.trial} ${number}: ${texts[state]}` },
      })),
  }))
  return {
    x: { title, scale: question.logX ? 'log' : 'linear', ...(unit === undefined ? {} : { unit }) },
    y: y.axis,
    marks: [
      ...rugs.filter(isDrawn),
      ...stateMarks(
        known.map(({ trial, x }) => ({ of: trial, x, y: goalValue(trial, goal) })),
        texts,
      ),
      { kind: 'line', name: texts.bestSoFar, tone: 'best', stepped: true, points: line },
      bestRing(improvements.find(({ trial }) => trial === best)),
    ],
    // Of a live study the chart is made with every update, its table only where it is opened.
    get table(): ChartTable {
      let step = -1
      return {
        columns: [texts.trial, title, goal.metric, texts.state, texts.bestSoFar],
        units: ['trial', unit, 'metric', undefined, 'metric'],
        rows: known.map(({ trial, x }) => {
          while ((steps[step + 1]?.x ?? Number.POSITIVE_INFINITY) <= x) step++
          const state =
            isFeasible(trial) || trial.state === 'pruned' ? texts[trial.state] : texts.infeasible
          return [trial.number, x, goalValue(trial, goal), state, steps[step]?.value ?? null]
        }),
      }
    },
    empty: known.length === 0 ? nothingToShow(question.trials, texts, question.all) : null,
    notes: [
      ...y.notes,
      ...(without.length > 0 ? [fillIn(texts.below, { count: without.length })] : []),
    ],
  }
}
