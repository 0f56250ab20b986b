import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Answers } from '../../../features/api/common/methods.ts'
import { problemLine } from '../../../core/errors/problem.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import {
  freeForm,
  parameters,
  parameterValues,
  studyId,
  studyText,
  trialNumber,
  waitSeconds,
} from '../fields.ts'
import { endedCount, scalarsOf, studySummaryShape, summarizeStudy } from '../study-summary.ts'
import { defineTool, type ToolContext } from '../tool.ts'

const LOOK_EVERY_MS = 500

const listStudies = defineTool({
  name: 'list_studies',
  scope: 'read',
  input: {
    query: z.string().max(200).default('').describe('mcp.field.query'),
    archived: z.boolean().default(false).describe('mcp.field.listArchived'),
    limit: z.int().min(1).max(100).default(20).describe('mcp.field.limit'),
  },
  output: {
    total: z.int(),
    studies: z.array(
      z.object({
        studyId: z.int(),
        name: z.string(),
        state: z.string(),
        objective: z.string(),
        sampler: z.string(),
        goal: z.string(),
        bestTrial: z.int().nullable(),
        bestValue: z.number().nullable(),
        endedTrials: z.int(),
        trialLimit: z.int().nullable(),
        createdAt: z.string(),
        tags: z.array(z.string()),
      }),
    ),
  },
  run: async ({ query, archived, limit }, { ask }) => {
    const words = query.toLowerCase()
    const rows = (await ask('study.list', {}))
      .filter(({ labels, name, objective }) => {
        const texts = [name, objective, ...labels.tags].map(text => text.toLowerCase())
        return labels.archived === archived && texts.some(text => text.includes(words))
      })
      .toSorted((a, b) => b.id - a.id)
    return {
      total: rows.length,
      studies: rows.slice(0, limit).map(row => ({
        studyId: row.id,
        name: row.name,
        state: row.state,
        objective: row.objective,
        sampler: row.sampler,
        goal: `${row.goal.direction} ${row.goal.metric}`,
        bestTrial: row.best?.number ?? null,
        bestValue: row.best?.value ?? null,
        endedTrials: endedCount(row.trials),
        trialLimit: row.trialBudget,
        createdAt: new Date(row.createdAtMs).toISOString(),
        tags: [...row.labels.tags],
      })),
    }
  },
})

const checkStudy = defineTool({
  name: 'check_study',
  scope: 'read',
  input: {
    ...studyText,
    data: z.boolean().default(true).describe('mcp.field.data'),
    testRun: z.boolean().default(false).describe('mcp.field.testRun'),
  },
  output: {
    ok: z.boolean(),
    problems: z.array(z.string()),
    dataset: freeForm.nullable(),
    points: z.int().nullable().describe('mcp.answer.points'),
    samples: z.array(parameterValues),
    testRun: z
      .object({
        parameters: parameterValues,
        seconds: z.number(),
        trialSeconds: z.number().nullable(),
        studySeconds: z.number().nullable(),
        failure: z.string().nullable(),
      })
      .nullable(),
  },
  run: async ({ text, format, data, testRun }, context) => {
    const { ask, t } = context
    const source = { text, format }
    const lines = (problems: Answers['study.checkData']['problems']): string[] =>
      problems.map(problem => problemLine(problem, undefined, t))
    const rest = { dataset: null, points: null, samples: [], testRun: null }
    const checked = await ask('study.check', source)
    if (!checked.ok) return { ok: false, problems: lines(checked.problems), ...rest }
    const withData = data ? await ask('study.checkData', source) : null
    const dataset = withData?.dataset ? scalarsOf(withData.dataset) : null
    const problems = lines(withData?.problems ?? [])
    if (problems.length > 0) return { ok: false, problems, ...rest, dataset }
    const { points, samples } = await ask('study.preview', source)
    return {
      ok: true,
      problems,
      dataset,
      points,
      samples: samples.slice(0, 3).map(sample => ({ ...sample })),
      testRun: testRun ? await runTest(source, context) : null,
    }
  },
})

async function runTest(source: object, { ask, t }: ToolContext) {
  const run = await ask('study.dryRun', source)
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000)
  return {
    parameters: { ...run.parameters },
    seconds: run.measuredMs / 1_000,
    trialSeconds: seconds(run.trialMs),
    studySeconds: seconds(run.studyMs),
    failure: run.failure && t.format(run.failure),
  }
}

const createStudy = defineTool({
  name: 'create_study',
  scope: 'start',
  input: { ...studyText, start: z.boolean().default(true).describe('mcp.field.start') },
  output: { studyId: z.int(), state: z.string() },
  run: async ({ text, format, start }, { ask }) => {
    const created = await ask('study.create', { text, format, start })
    const { state } = await ask('study.get', created)
    return { studyId: created.studyId, state }
  },
})

const startStudy = defineTool({
  name: 'start_study',
  scope: 'start',
  input: { studyId, studyQueue: z.boolean().default(false).describe('mcp.field.studyQueue') },
  output: { studyId: z.int(), state: z.string() },
  run: async ({ studyId: id, studyQueue }, { ask }) => {
    const request = { studyId: id }
    if (studyQueue) await ask('studyQueue.add', { studyId: id, priority: 'normal' })
    else await ask('study.start', request)
    const { state } = await ask('study.get', request)
    return { studyId: id, state }
  },
})

const stopStudy = defineTool({
  name: 'stop_study',
  scope: 'steer',
  input: {
    studyId,
    how: z.enum(['pause', 'afterRunning', 'now']).default('pause').describe('mcp.field.how'),
    trial: trialNumber.nullable().default(null).describe('mcp.field.stopTrial'),
  },
  output: { studyId: z.int(), state: z.string() },
  run: async ({ studyId: id, how, trial }, { ask }) => {
    const request = { studyId: id }
    if (trial !== null) await ask('trial.cancel', { ...request, number: trial })
    else if (how === 'pause') await ask('study.pause', request)
    else await ask('study.stop', { ...request, when: how })
    const { state } = await ask('study.get', request)
    return { studyId: id, state }
  },
})

const summarize = defineTool({
  name: 'summarize_study',
  scope: 'read',
  input: { studyId },
  output: studySummaryShape,
  run: async ({ studyId: id }, context) => summarizeStudy(id, context),
})

const waitForStudy = defineTool({
  name: 'wait_for_study',
  scope: 'read',
  input: {
    studyId,
    until: z.enum(['ended', 'trials']).default('ended').describe('mcp.field.until'),
    trials: z.int().min(1).default(1).describe('mcp.field.untilTrials'),
    seconds: waitSeconds,
  },
  output: {
    reached: z.boolean().describe('mcp.answer.reached'),
    waitedSeconds: z.number(),
    study: z.object(studySummaryShape),
  },
  run: async ({ studyId: id, until, trials, seconds }, context) => {
    const from = performance.now()
    const waitedMs = (): number => performance.now() - from
    for (;;) {
      const study = await context.ask('study.get', { studyId: id })
      const ended = endedCount(study.trials)
      const reached = hasEnded(study) || (until === 'trials' && ended >= trials)
      const leftMs = seconds * 1_000 - waitedMs()
      if (reached || leftMs <= 0 || context.signal.aborted) {
        const summary = await summarizeStudy(id, context)
        return { reached, waitedSeconds: waitedMs() / 1_000, study: summary }
      }
      const total = until === 'trials' ? trials : study.trialBudget
      await context.onProgress({ progress: ended, total })
      await pause(Math.min(LOOK_EVERY_MS, leftMs), context.signal)
    }
  },
})

/** Nothing more happens until somebody starts it again. */
function hasEnded({ state, runsInThisProcess }: Answers['study.get']): boolean {
  return !runsInThisProcess && state !== 'running' && state !== 'created'
}

/** Waits; ends early where nobody waits for the answer. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, null, { signal }).catch(() => undefined)
}

const changeStudy = defineTool({
  name: 'change_study',
  scope: 'steer',
  input: {
    studyId,
    change: freeForm.nullable().default(null).describe('mcp.field.change'),
    undo: z.int().min(1).nullable().default(null).describe('mcp.field.undo'),
  },
  output: { eventId: z.int().describe('mcp.answer.eventId'), detail: freeForm },
  run: async ({ studyId: id, change, undo }, { ask }) => {
    if ((change === null) === (undo === null)) {
      const problems = [{ path: ['change'], value: null, rule: msg('rule.mcp.changeOrUndo') }]
      throw new AppError('request.invalid', { method: 'change_study', problems })
    }
    const event =
      undo === null
        ? await ask('study.change', { studyId: id, change })
        : await ask('study.undo', { studyId: id, eventId: undo })
    return { eventId: event.id, detail: { ...event.detail } }
  },
})

const annotateStudy = defineTool({
  name: 'annotate_study',
  scope: 'steer',
  input: {
    studyId,
    trial: trialNumber.nullable().default(null).describe('mcp.field.annotatedTrial'),
    note: z.string().max(20_000).nullable().default(null).describe('mcp.field.note'),
    tags: z
      .array(z.string().min(1).max(60))
      .max(20)
      .nullable()
      .default(null)
      .describe('mcp.field.tags'),
    archived: z.boolean().nullable().default(null).describe('mcp.field.archived'),
    excluded: z.boolean().nullable().default(null).describe('mcp.field.excluded'),
  },
  output: { eventIds: z.array(z.int()).describe('mcp.answer.eventId') },
  run: async ({ studyId: id, trial, note, tags, archived, excluded }, { ask }) => {
    const events: number[] = []
    const foreign = trial === null ? { excluded } : { tags, archived }
    const misplaced = Object.entries(foreign).find(([, value]) => value !== null)
    if (misplaced !== undefined) {
      const [path, value] = misplaced
      const problem = { path: [path], value, rule: msg('rule.mcp.annotation') }
      throw new AppError('request.invalid', { method: 'annotate_study', problems: [problem] })
    }
    if (trial === null) {
      const labels = withoutNulls({ note, tags, archived })
      events.push((await ask('study.label', { studyId: id, labels })).id)
      return { eventIds: events }
    }
    if (note !== null) {
      events.push((await ask('trial.note', { studyId: id, number: trial, text: note })).id)
    }
    if (excluded !== null) {
      const request = { studyId: id, numbers: [trial], excluded }
      events.push(...(await ask('trial.exclude', request)).map(event => event.id))
    }
    return { eventIds: events }
  },
})

const enqueueTrial = defineTool({
  name: 'enqueue_trial',
  scope: 'steer',
  input: {
    studyId,
    parameters,
    from: trialNumber.nullable().default(null).describe('mcp.field.from'),
  },
  output: { eventId: z.int().describe('mcp.answer.eventId') },
  run: async ({ studyId: id, ...point }, { ask }) => {
    const event = await ask('trial.enqueue', { studyId: id, ...point })
    return { eventId: event.id }
  },
})

function withoutNulls<Values extends object>(values: Values): Partial<Values> {
  const entries = Object.entries(values).filter(([, value]) => value !== null)
  return Object.fromEntries(entries) as Partial<Values>
}

export const studyTools = [
  listStudies,
  checkStudy,
  createStudy,
  startStudy,
  waitForStudy,
  summarize,
  changeStudy,
  enqueueTrial,
  stopStudy,
  annotateStudy,
]
