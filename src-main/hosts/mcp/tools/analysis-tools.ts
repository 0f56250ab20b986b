import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Answers } from '../../../features/api/common/methods.ts'
import { importanceMessage } from '../../../analysis/importance/importance-message.ts'
import { errorMessage, deserializeError } from '../../../core/errors/errors.ts'
import {
  type AnalysisAnswers,
  type AnalysisQuestion,
  importanceMethods,
} from '../../../core/questions/analysis.ts'
import { reportSections } from '../../../core/questions/report.ts'
import { language, studyId, waitSeconds } from '../fields.ts'
import { defineTool, type ToolContext } from '../tool.ts'
import { evenly } from './trial-tools.ts'

const LOOK_EVERY_MS = 500
const verdicts = ['better', 'worse', 'unclear', 'negligible', 'tooFew'] as const
/** Points of an effect. */
const EFFECT_POINTS = 11

const compareStudies = defineTool({
  name: 'compare_studies',
  scope: 'read',
  input: {
    studyIds: z.array(z.int().min(1)).min(2).max(12).describe('mcp.field.studyIds'),
    budget: z.enum(['own', 'shortest']).default('own').describe('mcp.field.budget'),
  },
  output: {
    ok: z.boolean().describe('mcp.answer.comparable'),
    goal: z.string().nullable(),
    studies: z.array(
      z.object({
        studyId: z.int(),
        name: z.string(),
        best: z.number().nullable(),
        trials: z.int(),
      }),
    ),
    pairs: z.array(
      z.object({
        first: z.int().describe('mcp.answer.pairStudy'),
        second: z.int().describe('mcp.answer.pairStudy'),
        verdict: z.enum(verdicts).describe('mcp.answer.verdict'),
        pValue: z.number(),
        delta: z.number().describe('mcp.answer.delta'),
        difference: z.array(z.number()).describe('mcp.answer.difference'),
        unit: z.string(),
      }),
    ),
    settings: z
      .array(z.object({ path: z.string(), values: z.array(z.unknown()) }))
      .describe('mcp.answer.settings'),
  },
  run: async ({ studyIds, budget }, { ask }) => {
    const studies = await Promise.all(studyIds.map(async id => ask('study.get', { studyId: id })))
    const groups = studies.map(({ id, name }) => ({
      name: `${name} (${id})`,
      members: [{ studyId: id, by: 'all' }],
    }))
    const comparison = await ask('studies.compare', { groups, budget })
    const rows = studies.map(({ id, name, best }) => ({
      studyId: id,
      name,
      best: best?.value ?? null,
      trials: 0,
    }))
    if (!comparison.ok) return { ok: false, goal: null, studies: rows, pairs: [], settings: [] }
    return {
      ok: true,
      goal: `${comparison.goal.direction} ${comparison.goal.metric}`,
      studies: rows.map((row, index) => ({
        ...row,
        best: comparison.groups[index]?.finals[0] ?? null,
        trials: comparison.groups[index]?.trialCounts[0] ?? 0,
      })),
      pairs: comparison.pairs.map(({ first, second, difference, ...pair }) => ({
        first: studyIds[first] ?? 0,
        second: studyIds[second] ?? 0,
        verdict: pair.verdict,
        pValue: pair.pValue,
        delta: pair.delta,
        unit: pair.unit,
        difference: [difference.estimate, difference.low, difference.high],
      })),
      settings: comparison.differences.map(({ path, values }) => ({
        path,
        values: values.map(value => value ?? null),
      })),
    }
  },
})

const parameterImportance = defineTool({
  name: 'parameter_importance',
  scope: 'read',
  input: {
    studyId,
    goal: z.int().min(0).max(7).default(0).describe('mcp.field.goal'),
    method: z.enum(importanceMethods).default('fanova').describe('mcp.field.importanceMethod'),
    effects: z.int().min(0).max(10).default(3).describe('mcp.field.effects'),
  },
  output: {
    trials: z.int().nullable(),
    unavailable: z
      .enum(['tooFewTrials', 'noVariation', 'nothingSearched'])
      .nullable()
      .describe('mcp.answer.unavailable'),
    verdict: z.string().nullable().describe('mcp.answer.importanceVerdict'),
    parameters: z.array(
      z.object({
        name: z.string(),
        share: z.number().describe('mcp.answer.share'),
        deviation: z.number().nullable(),
      }),
    ),
    effects: z.array(
      z.object({
        name: z.string(),
        values: z.array(z.union([z.number(), z.string(), z.boolean()])),
        mean: z.array(z.number()).describe('mcp.answer.effect'),
      }),
    ),
  },
  run: async ({ studyId: id, goal, method, effects }, { ask, t }) => {
    const question = { kind: 'importance', goal, method } as const
    const outcome = await analyze(id, question, ask)
    if (!outcome.ok) {
      const trials = 'trials' in outcome ? outcome.trials : null
      return { trials, unavailable: outcome.reason, verdict: null, parameters: [], effects: [] }
    }
    const verdict = importanceMessage(outcome)
    const shares = outcome.result.parameters.toSorted((a, b) => b.mean - a.mean)
    const shapes = []
    for (const { name } of shares.slice(0, effects)) {
      const shape = await analyze(id, { kind: 'dependence', goal, names: [name] }, ask)
      if (!shape.ok) continue
      const values = shape.result.values[0] ?? []
      const at = evenly(values.length, EFFECT_POINTS)
      shapes.push({
        name,
        values: at.flatMap(index => values[index] ?? []),
        mean: at.flatMap(index => shape.result.mean[index] ?? []),
      })
    }
    return {
      trials: outcome.trials,
      unavailable: null,
      verdict: verdict === null ? null : t.format(verdict),
      effects: shapes,
      parameters: shares.map(({ name, mean, deviation }) => ({ name, share: mean, deviation })),
    }
  },
})

async function analyze<Kind extends AnalysisQuestion['kind']>(
  id: number,
  question: AnalysisQuestion & { readonly kind: Kind },
  ask: ToolContext['ask'],
): Promise<AnalysisAnswers[Kind]> {
  const { answer } = await ask('study.analyze', { studyId: id, trials: null, question })
  return answer as AnalysisAnswers[Kind]
}

const getReport = defineTool({
  name: 'get_report',
  scope: 'read',
  input: {
    studyId,
    format: z
      .enum(['markdown', 'html', 'latex', 'csv', 'json'])
      .default('markdown')
      .describe('mcp.field.reportFormat'),
    language,
    sections: z
      .array(z.enum(reportSections))
      .min(1)
      .nullable()
      .default(null)
      .describe('mcp.field.sections'),
  },
  output: { fileName: z.string(), mediaType: z.string(), content: z.string() },
  run: async ({ studyId: id, ...request }, { ask }) => {
    const file = await ask('study.report', { studyId: id, ...request })
    return { fileName: file.fileName, mediaType: file.mediaType, content: file.content }
  },
})

const verifyStudy = defineTool({
  name: 'verify_study',
  scope: 'start',
  input: {
    studyId,
    retrain: z.enum(['none', 'best']).default('best').describe('mcp.field.retrain'),
    restart: z.boolean().default(true).describe('mcp.field.restart'),
    seconds: waitSeconds,
  },
  output: {
    state: z.enum(['none', 'running', 'done', 'failed']).describe('mcp.answer.verification'),
    holds: z.boolean().nullable(),
    proposals: z.record(z.string(), z.int()).describe('mcp.answer.proposals'),
    trainings: z.array(
      z.object({ number: z.int(), outcome: z.string(), largestDifference: z.number().nullable() }),
    ),
    reasons: z.array(z.string()),
  },
  run: async ({ studyId: id, retrain, restart, seconds }, { ask, t, signal }) => {
    const from = performance.now()
    const request = { studyId: id }
    let verification = await ask('study.verification', request)
    if (restart && verification.state !== 'running') {
      const trials = retrain === 'best' ? retrain : []
      await ask('study.verify', { ...request, retrain: trials, tolerance: 0 })
      verification = await ask('study.verification', request)
    }
    while (verification.state === 'running' && !signal.aborted) {
      const leftMs = seconds * 1_000 - (performance.now() - from)
      if (leftMs <= 0) break
      const ms = Math.min(LOOK_EVERY_MS, leftMs)
      await sleep(ms, null, { signal }).catch(() => undefined)
      verification = await ask('study.verification', request)
    }
    return verificationAnswer(verification, t)
  },
})

function verificationAnswer(verification: Answers['study.verification'], t: ToolContext['t']) {
  const { state } = verification
  const empty = { state, holds: null, proposals: {}, trainings: [], reasons: [] }
  if (verification.state === 'failed') {
    return { ...empty, reasons: [t.format(errorMessage(deserializeError(verification.error)))] }
  }
  if (verification.state !== 'done') return empty
  const { proposals, trainings, reasons, holds } = verification.result
  const counts: Record<string, number> = {}
  for (const { outcome } of proposals) counts[outcome] = (counts[outcome] ?? 0) + 1
  return {
    state,
    holds,
    proposals: counts,
    trainings: trainings.map(({ number, outcome, largestDifference }) => ({
      number,
      outcome,
      largestDifference,
    })),
    reasons: reasons.map(reason => t.format(reason)),
  }
}

export const analysisTools = [compareStudies, parameterImportance, verifyStudy, getReport]
