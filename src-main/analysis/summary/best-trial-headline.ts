import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { EstimatedBest } from '../../core/study/estimated-best.ts'
import type { TestLooks } from '../../core/study/test-looks.ts'
import type { WinnerRecord } from '../../core/study/study.ts'
import type { Goal, StudySpecification } from '../../core/study/study-specification.ts'
import { type TestMetric, testMetricOf, testMetricsOfTrial } from '../../core/study/test-metric.ts'
import {
  repeatedTrainings,
  type RepeatedTrainings,
  valueBasis,
} from '../../core/study/trainings.ts'
import {
  type BaselineComparison,
  type BaselineValue,
  compareWithBaseline,
} from '../../core/study/baseline.ts'
import { isFeasible } from '../../core/study/constraints.ts'
import { bestTrial, type RankedTrial } from '../../core/trial/ranking.ts'
import type { TrialRecord } from '../../core/trial/trial.ts'
import { defined } from '../../core/values/json.ts'
import { differenceInterval } from '../comparison/difference-interval.ts'
import type { Ensemble } from './ensemble.ts'
import { testedModelMessage, testGapMessage } from './test-gap.ts'

/** A goal and what the best trial reached by it. */
interface GoalHeadline extends Goal {
  readonly value: number
  /** The same measure on the test split; null where this trial was not tested, or the test has no such metric. */
  readonly test: TestMetric | null
}

/** What is said first of a study's best trial by its first goal, on the page, on a terminal, in reports and by the API. */
export interface BestTrialHeadline {
  readonly number: number
  /** By the first goal. */
  readonly value: number
  readonly goals: readonly GoalHeadline[]
  /** It keeps every constraint. */
  readonly feasible: boolean
  /** Null: a configuration is trained once. */
  readonly trainings: RepeatedTrainings | null
  /** What its values are, such as `mean of 5 folds`; null: those of a single training. */
  readonly basis: MessageDescriptor | null
  /** Everything that was measured on the test split; null where this trial was not tested. */
  readonly testMetrics: Readonly<Record<string, number>> | null
  /** Which of its models was tested, such as `model of fold 1`; null where it has one, or was not tested. */
  readonly testModel: MessageDescriptor | null
  /** That the test value lies outside of what its trainings let expect; null: it does not, or nobody can tell. */
  readonly testGap: MessageDescriptor | null
  /** How often these test rows were looked at; null where this trial was not tested, or nobody knows. */
  readonly testLooks: TestLooks | null
  /** What a model of all trials holds for the best; null: there is no such model; absent: none was fitted. */
  readonly estimatedBest?: EstimatedBest | null
  /** The ensemble that was measured last; null: none was; absent: nobody looked. */
  readonly ensemble?: Ensemble | null
  /** How it compares with the baseline that a person has pinned; absent: none is. */
  readonly baseline?: BaselineComparison
}

/** The trial that was tested; without looks where nobody asks for them. */
type TestedTrial = Pick<WinnerRecord, 'trialNumber' | 'metrics'> &
  Partial<Pick<WinnerRecord, 'looks'>>

/** Where a headline comes from. */
export interface HeadlineSource {
  readonly specification: Pick<StudySpecification, 'goals' | 'folds' | 'replicates' | 'instances'>
  readonly trials: Iterable<RankedTrial & Partial<Pick<TrialRecord, 'reason'>>>
  /** The trial that was tested. */
  readonly winner: TestedTrial | null
  readonly estimatedBest?: EstimatedBest | null | undefined
  readonly ensemble?: Ensemble | null | undefined
  readonly baseline?: BaselineValue | null
  /** The trainings of a trial, for the interval of its difference from the baseline, and for where its test value is expected. */
  readonly trainingsOf?: (trial: number) => TrialRecord['trainings']
}

/** The headline of the best trial; null while no trial can be the best, see {@link whyNoBest}. */
export function bestTrialHeadline({
  specification,
  trials,
  winner,
  estimatedBest,
  ensemble,
  baseline = null,
  trainingsOf = () => undefined,
}: HeadlineSource): BestTrialHeadline | null {
  const { goals } = specification
  const best = bestTrial(trials, goals[0])
  if (best === null) return null
  const valueOf = (goal: number): number => best.values[goal] ?? Number.NaN
  const testMetrics = testMetricsOfTrial(winner, best.number)
  const trainings = repeatedTrainings(specification)
  return {
    number: best.number,
    value: valueOf(0),
    goals: goals.map((goal, index) => ({
      ...goal,
      value: valueOf(index),
      test: testMetricOf(goal.metric, testMetrics),
    })),
    feasible: isFeasible(best),
    trainings,
    basis: valueBasis(trainings, best),
    testMetrics,
    testModel: testMetrics === null ? null : testedModelMessage(trainings),
    testGap: testGapMessage(
      trainings,
      trainingsOf(best.number),
      testMetricOf(goals[0]?.metric ?? '', testMetrics),
    ),
    testLooks: testMetrics === null ? null : (winner?.looks ?? null),
    ...defined({ estimatedBest, ensemble }),
    ...(baseline === null || goals[0] === undefined
      ? {}
      : {
          baseline: compareWithBaseline(
            valueOf(0),
            baseline,
            goals[0],
            differenceInterval(
              trainingsOf(best.number),
              baseline.trialNumber === null ? baseline.value : trainingsOf(baseline.trialNumber),
            ),
            trainings?.count,
          ),
        }),
  }
}

/** Why a study has no best trial. */
export type NoBest = 'noTrials' | 'noneComplete' | 'noneFeasible' | 'noNumbers'

/** Why none of the trials can be the best, of a study for which {@link bestTrialHeadline} is null. */
export function whyNoBest(trials: Iterable<Pick<RankedTrial, 'state' | 'constraints'>>): NoBest {
  let reason: NoBest = 'noTrials'
  for (const trial of trials) {
    const isComplete = trial.state === 'complete'
    if (isComplete && !isFeasible(trial)) return 'noneFeasible'
    if (isComplete) reason = 'noNumbers'
    else if (reason === 'noTrials') reason = 'noneComplete'
  }
  return reason
}
