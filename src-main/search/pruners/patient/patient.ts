import { msg, together } from '../../../core/errors/message.ts'
import { isBetter, signOf } from '../../../core/trial/ranking.ts'
import { z } from 'zod'
import { metricToJson } from '../../../core/trial/metric-value.ts'
import {
  continueTrial,
  prune,
  type Pruner,
  type PrunerContext,
  type PrunerDefinition,
} from '../pruner.ts'
import { bestOf } from '../shared/reports.ts'

/**
 * Patience around another pruner: it is asked only about a trial that has stalled, that is, whose best
 * value of the last `patience` + 1 reports is worse than its best value before them by more than
 * `minDelta`. Without a wrapped pruner a stalled trial ends at once. Keeps learning curves alive that
 * fall in jumps or begin late. The rule and the defaults are those of Optuna's PatientPruner.
 *
 * Different from Optuna: reports that are all NaN count as stalled after a number, and as nothing
 * gained before one.
 *
 * Limits: `successiveHalving`, `asha` and `hyperband` judge a trial at the report that crosses a
 * rung; a rung crossed while the trial improves is not judged later.
 */
interface PatientOptions {
  readonly wrapped?: { readonly name: string; readonly [option: string]: unknown }
  readonly patience: number
  readonly minDelta: number
}

/** @param inner the pruners that can be wrapped; their options must be strict objects */
export function createPatientDefinition(
  inner: readonly PrunerDefinition[],
): PrunerDefinition<PatientOptions> {
  const wrapped = z.discriminatedUnion(
    'name',
    inner.map(({ name, optionsSchema }) =>
      (optionsSchema as z.ZodObject).extend({ name: z.literal(name) }),
    ) as unknown as [z.ZodObject<{ name: z.ZodLiteral<string> }>],
  )
  const find = (options: PatientOptions): [PrunerDefinition, unknown] | null => {
    if (options.wrapped === undefined) return null
    const { name, ...wrappedOptions } = options.wrapped
    return [inner.find(definition => definition.name === name) as PrunerDefinition, wrappedOptions]
  }

  return {
    name: 'patient',
    optionsSchema: z.strictObject({
      wrapped: wrapped.optional().describe('option.patient.wrapped'),
      patience: z.int().min(0).default(5).describe('option.patient.patience'),
      minDelta: z.number().min(0).default(0).describe('option.patient.minDelta'),
    }) as unknown as z.ZodType<PatientOptions>,

    rungSteps(options, ...steps) {
      const wrapped = find(options)
      return wrapped?.[0].rungSteps?.(wrapped[1], ...steps) ?? []
    },

    metrics(options, context) {
      const wrapped = find(options)
      return wrapped?.[0].metrics?.(wrapped[1], context) ?? []
    },

    check(options, context) {
      const wrapped = find(options)
      if (wrapped === null) return []
      const [definition, wrappedOptions] = wrapped
      return definition.check(wrappedOptions, context).map(problem => ({
        ...problem,
        path: ['pruner', 'wrapped', ...problem.path.slice(1)],
      }))
    },

    create(options, context) {
      const wrapped = find(options)
      return createPatientPruner(options, context, wrapped?.[0].create(wrapped[1], context) ?? null)
    },
  }
}

function createPatientPruner(
  { patience, minDelta }: PatientOptions,
  { direction }: PrunerContext,
  wrapped: Pruner | null,
): Pruner {
  return {
    judge(request) {
      const { reports } = request.trial
      const window = patience + 1
      if (reports.length <= window) return continueTrial
      const before = bestOf(reports.slice(0, -window), direction)
      const recent = bestOf(reports.slice(-window), direction)
      const bound = before + signOf(direction) * minDelta
      const stalled = Number.isNaN(recent)
        ? !Number.isNaN(before)
        : isBetter(bound, recent, direction)
      if (!stalled) return continueTrial
      const reason = msg('pruning.stalled', { reports: window, recent, before })
      const detail = { before: metricToJson(before), recent: metricToJson(recent), patience }
      if (wrapped === null) return prune(reason, detail)
      const decision = wrapped.judge(request)
      if (decision.action === 'continue') return decision
      return prune(together(decision.reason, reason), { ...decision.detail, patience: detail })
    },
  }
}
