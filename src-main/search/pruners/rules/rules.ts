import { z } from 'zod'
import { msg, named, together, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import { isFinished, type TrialSnapshot } from '../../../core/trial/trial.ts'
import { furtherMetrics, reportsOf } from '../shared/reports.ts'
import {
  continueTrial,
  prune,
  type Pruner,
  type PrunerContext,
  type PrunerDefinition,
} from '../pruner.ts'

/**
 * Several rules side by side, each a pruner over a metric of its own: `threshold` over a gradient norm beside `median` over a
 * validation loss, for example. A trial ends when any rule says so, or with `ends: all` when every rule does at the same step.
 *
 * Rules are asked when the first goal is reported; one whose metric was not reported at that step has nothing against the
 * trial. Each sees the values of its metric only, and only at such steps.
 */
interface RulesOptions {
  readonly rules: readonly Rule[]
  readonly ends: 'any' | 'all'
}

interface Rule {
  readonly metric: string
  readonly direction?: Goal['direction'] | undefined
  readonly name: string
  readonly [option: string]: unknown
}

/** @param inner the pruners that rules can be made of; their options must be strict objects */
export function createRulesDefinition(
  inner: readonly PrunerDefinition[],
): PrunerDefinition<RulesOptions> {
  const rule = z.discriminatedUnion(
    'name',
    inner.map(({ name, optionsSchema }) =>
      (optionsSchema as z.ZodObject).extend({
        name: z.literal(name),
        metric: z.string().min(1).describe('option.rules.metric'),
        direction: z.enum(['minimize', 'maximize']).optional().describe('option.rules.direction'),
      }),
    ) as unknown as [z.ZodObject<{ name: z.ZodLiteral<string> }>],
  )
  const find = ({ name }: Rule): PrunerDefinition =>
    inner.find(definition => definition.name === name) as PrunerDefinition

  return {
    name: 'rules',
    optionsSchema: z.strictObject({
      rules: z.array(rule).min(1).max(20).describe('option.rules.rules'),
      ends: z.enum(['any', 'all']).default('any').describe('option.rules.ends'),
    }) as unknown as z.ZodType<RulesOptions>,

    metrics: ({ rules }, { goals }) =>
      furtherMetrics(
        rules.map(({ metric }) => metric),
        goals,
      ),

    check: ({ rules }, context) => rules.flatMap((rule, index) => checkRule(rule, index, context)),

    create({ rules, ends }, context) {
      const parts = rules.map(rule => createRule(rule, context))
      return {
        judge(request) {
          const reasons: MessageDescriptor[] = []
          const details: Record<string, unknown>[] = []
          for (const part of parts) {
            const decision = part.judge(request)
            if (decision.action === 'prune') {
              if (ends === 'any') return decision
              reasons.push(decision.reason)
              details.push({ ...decision.detail })
            } else if (ends === 'all') return continueTrial
          }
          if (ends === 'any') return continueTrial
          return prune(together(...reasons), { rules: details as never })
        },
      }
    },
  }

  function checkRule(prunerRule: Rule, index: number, context: PrunerContext): readonly Problem[] {
    const at = ['pruner', 'rules', index] as const
    if (
      directionOf(prunerRule, context) === undefined &&
      find(prunerRule).usesDirection !== false
    ) {
      const rule = msg('rule.directionNeeded')
      return [{ path: [...at, 'direction'], value: null, rule }]
    }
    return find(prunerRule)
      .check(optionsOf(prunerRule), ruleContext(prunerRule, context))
      .map(problem => ({ ...problem, path: [...at, ...problem.path.slice(1)] }))
  }

  function createRule(rule: Rule, context: PrunerContext): Pruner {
    const { metric, name } = rule
    const pruner = find(rule).create(optionsOf(rule), ruleContext(rule, context))
    const view = new MetricView(metric, context)
    return {
      judge({ trial, others, ...rest }) {
        const trialView = view.of(trial)
        const step = trialView.reports.at(-1)?.step
        if (step === undefined || step !== trial.reports.at(-1)?.step) return continueTrial
        const decision = pruner.judge({
          ...rest,
          trial: trialView,
          others: others.map(other => view.of(other)),
        })
        if (decision.action === 'continue') return decision
        const { reason, detail } = decision
        return prune(named(metric, reason), { ...detail, metric, rule: name })
      },
    }
  }
}

function optionsOf({ metric: _, direction: _direction, name: _name, ...options }: Rule): unknown {
  return options
}

function directionOf(
  { metric, direction }: Rule,
  { goals }: PrunerContext,
): Goal['direction'] | undefined {
  return direction ?? goals.find(goal => goal.metric === metric)?.direction
}

/** A rule knows its own metric as the only goal. */
function ruleContext(rule: Rule, context: PrunerContext): PrunerContext {
  const direction = directionOf(rule, context) ?? 'minimize'
  return { ...context, direction, goals: [{ metric: rule.metric, direction }] }
}

/** Trials as if a metric were the first goal's; finished ones keep their object, which caches rely on. */
class MetricView {
  readonly #metric: string
  readonly #context: PrunerContext
  readonly #finished = new WeakMap<TrialSnapshot, TrialSnapshot>()

  constructor(metric: string, context: PrunerContext) {
    this.#metric = metric
    this.#context = context
  }

  of(trial: TrialSnapshot): TrialSnapshot {
    const reports = reportsOf(trial, this.#metric, this.#context)
    if (reports === trial.reports) return trial
    const finishedView = this.#finished.get(trial)
    if (finishedView !== undefined) return finishedView
    const { further: _, ...snapshot } = trial
    const view: TrialSnapshot = { ...snapshot, reports }
    if (isFinished(trial.state)) this.#finished.set(trial, view)
    return view
  }
}
