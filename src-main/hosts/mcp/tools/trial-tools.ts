import { z } from 'zod'
import type { Answers } from '../../../features/api/common/methods.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import { attemptCodeMessage, trialStates } from '../../../core/trial/trial.ts'
import { numbersByName, parameterValues, studyId, trialNumber } from '../fields.ts'
import { defineTool, type ToolContext } from '../tool.ts'

const queryTrials = defineTool({
  name: 'query_trials',
  scope: 'read',
  input: {
    studyId,
    states: z.array(z.enum(trialStates)).nullable().default(null).describe('mcp.field.states'),
    order: z.enum(['best', 'newest', 'oldest']).default('best').describe('mcp.field.order'),
    skip: z.int().min(0).default(0).describe('mcp.field.skip'),
    limit: z.int().min(1).max(100).default(20).describe('mcp.field.limit'),
  },
  output: {
    total: z.int(),
    trials: z.array(
      z.object({
        number: z.int(),
        state: z.string(),
        values: numbersByName,
        parameters: parameterValues,
        reason: z.string().nullable(),
        seconds: z.number().nullable(),
        lastStep: z.int().nullable(),
        excluded: z.boolean(),
        note: z.string(),
      }),
    ),
  },
  run: async ({ studyId: id, states, order, skip, limit }, context) => {
    const { ask, t } = context
    const { specification } = await ask('study.get', { studyId: id })
    const outline = await ask('study.outline', { studyId: id })
    const numbers = sortedNumbers(outline, { states, order, goal: specification.goals[0] })
    const rows = await rowsOf(id, numbers.slice(skip, skip + limit), ask)
    return {
      total: numbers.length,
      trials: rows.map(row => ({
        number: row.number,
        state: row.state,
        parameters: { ...row.parameters },
        values: valuesByMetric(specification.goals, row.values),
        reason: row.reason && t.format(row.reason),
        seconds: row.finishedAtMs === null ? null : (row.finishedAtMs - row.startedAtMs) / 1_000,
        lastStep: row.lastStep,
        excluded: row.excluded,
        note: row.note,
      })),
    }
  },
})

/** Numbers of the trials in these states, in this order; what cannot be the best comes last. */
function sortedNumbers(
  { numbers, states, values, excluded, infeasible }: Answers['study.outline'],
  wanted: {
    readonly states: readonly string[] | null
    readonly order: 'best' | 'newest' | 'oldest'
    readonly goal: Goal | undefined
  },
): readonly number[] {
  const outOfRanking = new Set([...excluded, ...infeasible])
  const sign = wanted.goal?.direction === 'maximize' ? -1 : 1
  const trials = numbers
    .map((number, index) => {
      const value = values[index] ?? null
      const isRanked = states[index] === 'complete' && value !== null && !outOfRanking.has(number)
      return { number, state: states[index] ?? '', loss: isRanked ? sign * value : Infinity }
    })
    .filter(({ state }) => wanted.states?.includes(state) ?? true)
  if (wanted.order === 'newest') trials.reverse()
  if (wanted.order === 'best') {
    trials.sort((a, b) => (a.loss === b.loss ? a.number - b.number : a.loss - b.loss))
  }
  return trials.map(({ number }) => number)
}

/** The rows of trials, in the order of their numbers here. */
async function rowsOf(
  id: number,
  numbers: readonly number[],
  ask: ToolContext['ask'],
): Promise<Answers['study.trials']> {
  const rows = new Map<number, Answers['study.trials'][number]>()
  const missing = numbers.toSorted((a, b) => a - b)
  for (let at = 0; at < missing.length;) {
    let end = at + 1
    while (missing[end] === (missing[end - 1] ?? 0) + 1) end++
    const request = { studyId: id, from: missing[at], count: end - at }
    for (const row of await ask('study.trials', request)) rows.set(row.number, row)
    at = end
  }
  return numbers.flatMap(number => rows.get(number) ?? [])
}

const getTrial = defineTool({
  name: 'get_trial',
  scope: 'read',
  input: {
    studyId,
    number: trialNumber,
    points: z.int().min(0).max(1_000).default(20).describe('mcp.field.points'),
    logCharacters: z.int().min(0).max(100_000).default(2_000).describe('mcp.field.logCharacters'),
  },
  output: {
    number: z.int(),
    state: z.string(),
    values: numbersByName,
    constraints: z.array(z.number().nullable()),
    parameters: parameterValues,
    reason: z.string().nullable(),
    proposedBy: z.string(),
    proposal: z.string(),
    attempts: z.array(
      z.object({
        number: z.int(),
        state: z.string(),
        seconds: z.number().nullable(),
        failure: z.string().nullable(),
        code: z.string().nullable().describe('mcp.answer.code'),
      }),
    ),
    curves: z
      .record(
        z.string(),
        z.object({ steps: z.array(z.number()), values: z.array(z.number().nullable()) }),
      )
      .describe('mcp.answer.curves'),
    files: z.array(z.object({ name: z.string(), bytes: z.int() })),
    note: z.string(),
    log: z.string().describe('mcp.answer.log'),
  },
  run: async ({ studyId: id, number, points, logCharacters }, { ask, t }) => {
    const request = { studyId: id, number }
    const { specification } = await ask('study.get', { studyId: id })
    const { trial, artifacts, files } = await ask('trial.get', request)
    const logs = logCharacters === 0 ? [] : await ask('trial.logs', request)
    const curves = Object.entries(trial.metrics).map(([metric, { steps, values }]) => {
      const at = evenly(steps.length, points)
      return [
        metric,
        { steps: at.map(index => steps[index]), values: at.map(index => values[index]) },
      ]
    })
    return {
      number,
      state: trial.state,
      parameters: { ...trial.parameters },
      values: valuesByMetric(specification.goals, trial.values),
      constraints: [...(trial.constraints ?? [])],
      reason: trial.reason && t.format(trial.reason),
      proposedBy: trial.provenance.sampler,
      proposal: t.format(trial.provenance.reason),
      attempts: trial.attempts.map(attempt => ({
        number: attempt.number,
        state: attempt.state,
        seconds:
          attempt.finishedAtMs === null
            ? null
            : (attempt.finishedAtMs - attempt.startedAtMs) / 1_000,
        failure: attempt.failure && t.format(attempt.failure.reason),
        code: attempt.code === undefined ? null : t.format(attemptCodeMessage(attempt.code)),
      })),
      curves: Object.fromEntries(curves) as Record<string, { steps: number[]; values: number[] }>,
      files: [
        ...artifacts.map(({ kind, bytes }) => ({ name: kind, bytes })),
        ...files.map(({ name, bytes }) => ({ name, bytes })),
      ],
      note: trial.note ?? '',
      log: logCharacters === 0 ? '' : (logs.at(-1)?.text ?? '').slice(-logCharacters),
    }
  },
})

/** Positions of at most `count` of `length` values, the first and the last with them. */
export function evenly(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, index) => index)
  if (count < 2) return count === 0 ? [] : [length - 1]
  const step = (length - 1) / (count - 1)
  return Array.from({ length: count }, (_, index) => Math.round(index * step))
}

function valuesByMetric(
  goals: readonly Goal[],
  values: readonly number[],
): Record<string, number | null> {
  return Object.fromEntries(goals.map(({ metric }, index) => [metric, values[index] ?? null]))
}

export const trialTools = [queryTrials, getTrial]
