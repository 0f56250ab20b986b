import { z } from 'zod'
import type { Answers } from '../../features/api/common/methods.ts'
import type { AnalysisAnswers } from '../../core/questions/analysis.ts'
import type { JsonObject } from '../../core/values/json.ts'
import { trialStates, type TrialState } from '../../core/trial/trial.ts'
import { insightText } from '../../analysis/insights/insight.ts'
import { freeForm, numbersByName, parameterValues } from './fields.ts'
import type { ToolContext } from './tool.ts'

type StudyDetail = Answers['study.get']
type StudyRow = Answers['study.list'][number]

/** What an assistant needs to know of a study, in some hundred words. */
export const studySummaryShape = {
  studyId: z.int(),
  name: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  objective: z.string(),
  goals: z.array(z.object({ metric: z.string(), direction: z.string() })),
  sampler: z.string(),
  samplerReason: z.string(),
  trials: z.record(z.string(), z.int()).describe('mcp.answer.trials'),
  trialLimit: z.int().nullable(),
  parallelTrials: z.int(),
  elapsedSeconds: z.number(),
  secondsLeft: z.number().nullable().describe('mcp.answer.secondsLeft'),
  best: z
    .object({
      number: z.int(),
      values: numbersByName,
      parameters: parameterValues,
      isFeasible: z.boolean(),
      test: numbersByName.nullable().describe('mcp.answer.test'),
      trainings: z.int().describe('mcp.answer.trainings'),
      estimatedBest: z
        .object({ number: z.int(), chance: z.number() })
        .nullable()
        .describe('mcp.answer.estimatedBest'),
      against: z.array(z.string()).describe('mcp.answer.against'),
    })
    .nullable(),
  lastFailure: z.string().nullable(),
  dataset: freeForm.nullable(),
  tags: z.array(z.string()),
  note: z.string(),
}
export type McpStudySummary = z.output<z.ZodObject<typeof studySummaryShape>>

/** Reads a study and says what it has reached. */
export async function summarizeStudy(
  studyId: number,
  { ask, t }: Pick<ToolContext, 'ask' | 't'>,
): Promise<McpStudySummary> {
  const study = await ask('study.get', { studyId })
  return {
    ...summaryOfRow(study, t),
    goals: study.specification.goals.map(({ metric, direction }) => ({ metric, direction })),
    samplerReason: t.format(study.samplerWhy),
    best: await bestOf(study, { ask, t }),
    lastFailure: await lastFailureOf(study, { ask, t }),
    dataset: study.dataset && scalarsOf(study.dataset),
  }
}

/** The part that lists of studies know. */
function summaryOfRow(study: StudyRow, t: ToolContext['t']) {
  return {
    studyId: study.id,
    name: study.name,
    state: study.state,
    objective: study.objective,
    reason: study.reason && t.format(study.reason),
    sampler: study.sampler,
    parallelTrials: study.parallelTrials,
    trials: { ...study.trials },
    trialLimit: study.trialBudget,
    elapsedSeconds: study.elapsedMs / 1_000,
    secondsLeft: study.timeLeftMs === null ? null : study.timeLeftMs / 1_000,
    tags: [...study.labels.tags],
    note: study.labels.note,
  }
}

async function bestOf(
  study: StudyDetail,
  { ask, t }: Pick<ToolContext, 'ask' | 't'>,
): Promise<McpStudySummary['best']> {
  const { id: studyId, best } = study
  if (best === null) return null
  const { trial } = await ask('trial.get', { studyId, number: best.number })
  return {
    number: best.number,
    values: Object.fromEntries(best.goals.map(({ metric, value }) => [metric, value])),
    parameters: { ...trial.parameters },
    isFeasible: best.feasible,
    test: best.testMetrics && { ...best.testMetrics },
    trainings: best.trainings?.count ?? 1,
    estimatedBest: await estimatedBestOf(studyId, ask),
    against: (await ask('study.against', { studyId })).map(insight => insightText(insight, t)),
  }
}

/** Null where the best trial is the estimated best, too. */
async function estimatedBestOf(
  studyId: number,
  ask: ToolContext['ask'],
): Promise<{ readonly number: number; readonly chance: number } | null> {
  const question = { kind: 'estimatedBest' } as const
  const { answer } = await ask('study.analyze', { studyId, trials: null, question })
  const best = answer as AnalysisAnswers['estimatedBest']
  return best?.chance == null ? null : { number: best.likely, chance: best.chance }
}

/** Why the last one of the trials that failed did. */
async function lastFailureOf(
  { id: studyId, trials }: StudyRow,
  { ask, t }: Pick<ToolContext, 'ask' | 't'>,
): Promise<string | null> {
  if (trials.failed === 0) return null
  const { numbers, states } = await ask('study.outline', { studyId })
  const number = numbers[states.lastIndexOf('failed')]
  if (number === undefined) return null
  const [row] = await ask('study.trials', { studyId, from: number, count: 1 })
  return row?.reason ? t.format(row.reason) : null
}

/** Numbers, texts and truth values of a record; lists of columns and the like fill an answer. */
export function scalarsOf(record: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value === null || typeof value !== 'object'),
  )
}

/** Trials that have ended. */
export function endedCount(trials: Readonly<Record<TrialState, number>>): number {
  return trialStates
    .filter(state => state !== 'running' && state !== 'interrupted')
    .reduce((sum, state) => sum + trials[state], 0)
}
