import { withoutInert } from '../../../core/tasks/inert-parameters.ts'
import { ownValue } from '../../../core/values/named-values.ts'
import { attributesOf } from '../../../analysis/summary/attributes.ts'
import { ancestryOf } from '../../../analysis/lineage/ancestry.ts'
import {
  compareGroup,
  comparePairs,
  cutToShortest,
  type Run,
} from '../../../analysis/comparison/compare-runs.ts'
import { measurementDifferences } from '../../../analysis/comparison/measured-alike.ts'
import { compareAttainment } from '../../../analysis/comparison/compare-attainment.ts'
import { configurationDifferences } from '../../../analysis/comparison/configuration-differences.ts'
import { authorOf } from '../../../analysis/comparison/trial-author.ts'
import { curveBands } from '../../../analysis/curves/curve-bands.ts'
import { rungTable } from '../../../analysis/curves/rung-table.ts'
import { partialDependence } from '../../../analysis/dependence/partial-dependence.ts'
import { choiceDifferences } from '../../../analysis/importance/choice-differences.ts'
import { fanova } from '../../../analysis/importance/fanova.ts'
import {
  meanDecreaseImpurity,
  permutationImportance,
} from '../../../analysis/importance/forest-importance.ts'
import type { ImportanceQuestion } from '../../../analysis/importance/observations.ts'
import { pedAnova } from '../../../analysis/importance/ped-anova.ts'
import type { StudyForestOptions } from '../../../analysis/importance/study-forest.ts'
import { hypervolumeHistory } from '../../../analysis/pareto/hypervolume-history.ts'
import { paretoTrials } from '../../../math/pareto/pareto-trials.ts'
import type {
  AnalysisAnswer,
  AnalysisQuestion,
  ImportanceAnswer,
  ImportanceShare,
  Outcome,
} from '../../../core/questions/analysis.ts'
import type { Comparison, ComparisonRequest } from '../../../core/questions/comparison.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import type { Goal, StudySpecification } from '../../../core/study/study-specification.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { confirmationOf } from './confirmation.ts'
import { cachedForest } from './cached-forest.ts'
import { estimatedBestOf } from './estimated-best-of.ts'
import { rungSteps } from '../../../search/pruners/rung-steps.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import type { QueryTask } from '../../../core/processes/query-protocol.ts'

/** Questions about curves; the others are answered faster without them. */
const needsCurves: readonly AnalysisQuestion['kind'][] = ['curveBands', 'lastValues']

/** Answers one task from what the database holds now. Excluded trials are never looked at. */
export function answerAnalysis(
  reader: StudyReader,
  task: Extract<QueryTask, { readonly kind: 'analysis' | 'comparison' }>,
  onProgress: (share: number) => void,
): AnalysisAnswer | Comparison {
  if (task.kind === 'comparison') return compare(reader, task, onProgress)
  const study = reader.studyById(task.studyId)
  const chosen = task.trials === null ? null : new Set(task.trials)
  // Before the trials: a change between the two makes the key older than what it stands for, never newer.
  const version = reader.lastEventId(task.studyId)
  const trials = reader
    .trials(task.studyId, { metrics: needsCurves.includes(task.question.kind) })
    .filter(({ number, excluded }) => excluded !== true && (chosen?.has(number) ?? true))
  const optionsOf = (goal: number): StudyForestOptions => ({
    onProgress,
    forestOf: cachedForest(reader, JSON.stringify([task.studyId, version, task.trials, goal])),
  })
  return answerQuestion(reader, task.question, study, trials, optionsOf)
}

function answerQuestion(
  reader: StudyReader,
  question: AnalysisQuestion,
  study: StudyRecord,
  trials: readonly TrialRecord[],
  optionsOf: (goal: number) => StudyForestOptions,
): AnalysisAnswer {
  const { specification } = study
  const { goals, space, objective } = specification
  const acting = withoutInert(objective, trials)
  switch (question.kind) {
    case 'importance': {
      const importanceTask = importanceQuestion(space, acting, goals, question.goal)
      return {
        kind: 'importance',
        answer: importanceOf(question, importanceTask, optionsOf(question.goal)),
      }
    }
    case 'dependence': {
      const importanceTask = importanceQuestion(space, acting, goals, question.goal)
      const [first = '', second] = question.names
      const names = second === undefined ? ([first] as const) : ([first, second] as const)
      const points = second === undefined ? 40 : 20
      return {
        kind: 'dependence',
        answer: partialDependence(importanceTask, names, { points, ...optionsOf(question.goal) }),
      }
    }
    case 'curveBands': {
      const { bands, leftOut } = curveBands(trials, question.metric, question.by)
      const longest = trials.reduce((most, { lastStep }) => Math.max(most, lastStep ?? 0), 0)
      const first = trials.find(({ state, lastStep }) => state === 'complete' && lastStep !== null)
      const rungs = rungSteps(specification.pruner, longest, first?.lastStep ?? null)
      const direction =
        goals.find(({ metric }) => metric === question.metric)?.direction ?? 'minimize'
      const table = rungTable(trials, question.metric, direction, rungs)
      return { kind: 'curveBands', answer: { bands, leftOut, rungs, rungTable: table } }
    }
    case 'lastValues':
      return {
        kind: 'lastValues',
        answer: trials.flatMap(({ number, metrics }) => {
          const value = ownValue(metrics, question.metric)?.values.at(-1)
          return value === undefined ? [] : [{ number, value }]
        }),
      }
    case 'hypervolume': {
      const history = hypervolumeHistory(trials, goals)
      const front = paretoTrials(trials, goals).map(({ number }) => number)
      return { kind: 'hypervolume', answer: history && { ...history, front } }
    }
    case 'attributes':
      return { kind: 'attributes', answer: attributesOf(trials) }
    case 'ancestry':
      return { kind: 'ancestry', answer: ancestryOf(trials) }
    case 'estimatedBest':
      return {
        kind: 'estimatedBest',
        answer: estimatedBestOf(specification, trials, reader.events(study.id)),
      }
    case 'confirmation':
      return { kind: 'confirmation', answer: confirmationOf(reader, study, trials) }
  }
}

function importanceQuestion(
  space: StudySpecification['space'],
  trials: readonly TrialRecord[],
  goals: readonly Goal[],
  index: number,
): ImportanceQuestion {
  return { space, trials, direction: goals[index]?.direction ?? 'minimize', goal: index }
}

function importanceOf(
  { method, pairs = true }: Extract<AnalysisQuestion, { readonly kind: 'importance' }>,
  question: ImportanceQuestion,
  options: StudyForestOptions,
): Outcome<ImportanceAnswer> {
  const choices = choiceDifferences(question)
  if (method === 'fanova') {
    const outcome = fanova(question, { ...options, pairs })
    return outcome.ok ? { ...outcome, result: { ...outcome.result, choices } } : outcome
  }
  const alone: Outcome<readonly ImportanceShare[]> =
    method === 'pedAnova'
      ? pedAnova(question)
      : method === 'impurity'
        ? meanDecreaseImpurity(question, options)
        : permutationImportance(question, options)
  if (!alone.ok) return alone
  // A method may know more of each.
  const parameters = alone.result.map(({ name, mean, deviation, activeTrials }) => ({
    name,
    mean,
    deviation,
    activeTrials,
  }))
  return { ...alone, result: { parameters, pairs: [], choices } }
}

function compare(
  reader: StudyReader,
  { groups, budget }: ComparisonRequest,
  onProgress: (share: number) => void,
): Comparison {
  const studies = groups.map(({ members }) =>
    members.map(({ studyId }) => reader.studyById(studyId)),
  )
  const specifications = studies.map(list => list.map(({ specification }) => specification))
  const { differences, comparable } = measurementDifferences([
    ...new Map(studies.flat().map(study => [study.id, study])).values(),
  ])
  const goal = specifications[0]?.[0]?.goals[0]
  if (goal === undefined || differences.length > 0) return { ok: false, differences, comparable }
  const runs = groups.map(({ members }, group) =>
    members.map(({ studyId, by }, member): Run => {
      const specification = specifications[group]?.[member] as StudySpecification
      return reader
        .trials(studyId, { metrics: false })
        .filter(
          trial =>
            trial.excluded !== true && (by === 'all' || authorOf(trial, specification) === by),
        )
    }),
  )
  const cut = budget === 'shortest' ? cutToShortest(runs) : runs
  // Roughly half of the time; the pairs take the other half.
  const compared = groups.map(({ name }, index) => {
    onProgress((0.5 * index) / groups.length)
    return compareGroup(name, cut[index] ?? [], { ...goal, index: 0 })
  })
  return {
    ok: true,
    goal,
    groups: compared,
    pairs: comparePairs(compared, goal.direction, (done, of) => {
      onProgress(0.5 + (0.5 * done) / of)
    }),
    differences: configurationDifferences(
      specifications.map(list => list[0] as StudySpecification),
    ),
    attainment: compareAttainment(
      groups.map(({ name }, index) => ({ name, runs: cut[index] ?? [] })),
      specifications.flat().map(specification => specification.goals),
    ),
  }
}
