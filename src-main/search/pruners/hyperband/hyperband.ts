import { z } from 'zod'
import { msg } from '../../../core/errors/message.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import {
  bracketOf,
  countBrackets,
  optunaBracketCount,
  optunaBracketOf,
  sharesOf,
} from '../shared/brackets.ts'
import { longestComplete, lastStepOf } from '../shared/reports.ts'
import { definePruner, continueTrial, prune, type PrunerContext } from '../pruner.ts'
import { maxResourceOf, RungJudge, rungLadder } from '../shared/rungs.ts'
import { firstComplete, successiveHalvingQuota } from '../successive-halving/successive-halving.ts'

/**
 * Hyperband: successive halving in several brackets side by side, as an insurance against early values
 * that mislead. Bracket b is `successiveHalving` with its first rung at minResource·reductionFactor^b;
 * there are ⌊log(maxResource/minResource)/log reductionFactor⌋ + 1 brackets, and their shares of the
 * trials are the paper's n (algorithm 1). The defaults are Optuna's.
 *
 * Brackets are computed with whole numbers, and trials are spread over them evenly by their number
 * (`bracketOf`). No rung at or beyond maxResource is judged, because nothing is saved there, so the
 * last bracket of a range that is a power of reductionFactor runs in full. maxResource `auto` is the
 * last step of the longest complete trial; nothing is judged before there is one.
 *
 * `compat: optuna` makes the decisions of Optuna's HyperbandPruner: the same brackets for the same study
 * name, the floating-point logarithm included (5 brackets, not 6, for 1…243 with factor 3), rungs at
 * maxResource judged too, and `auto` as one step more than the first complete trial had; it and the
 * trials before it are not counted.
 *
 * Limits: samplers see the trials of all brackets (in Optuna: those of the bracket only). Where early
 * values are good guides, `asha` and `successiveHalving` are faster.
 *
 * Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar: Hyperband: a novel bandit-based approach to
 * hyperparameter optimization. JMLR 18(185), 2018, arXiv:1603.06560.
 */
const optionsSchema = z.strictObject({
  minResource: z.int().min(1).default(1).describe('option.hyperband.minResource'),
  maxResource: z
    .union([z.int().min(1), z.literal('auto')])
    .default('auto')
    .describe('option.asha.maxResource'),
  reductionFactor: z.int().min(2).default(3).describe('option.asha.reductionFactor'),
  bootstrapCount: z.int().min(0).default(0).describe('option.hyperband.bootstrapCount'),
  compat: z.enum(['none', 'optuna']).default('none').describe('option.hyperband.compat'),
})
type Options = z.output<typeof optionsSchema>

export const hyperbandPruner = definePruner({
  name: 'hyperband',
  citation:
    'L. Li et al.: Hyperband: a novel bandit-based approach to hyperparameter optimization. JMLR 18(185), 2018.',
  fullSteps: maxResourceOf,
  optionsSchema,

  /** Its brackets stand on the same ladder, each from its own rung on. */
  rungSteps: ({ minResource, reductionFactor }, longestStep) =>
    rungLadder(minResource, reductionFactor, longestStep + 1),

  check({ minResource, maxResource }) {
    if (maxResource === 'auto' || maxResource >= minResource) return []
    const rule = msg('rule.atLeastOption', { option: 'minResource', limit: minResource })
    return [{ path: ['pruner', 'maxResource'], value: maxResource, rule }]
  },

  create(options, context) {
    const judges: RungJudge[] = []
    let layout: ReturnType<typeof layOut> | null = null
    return {
      judge({ trial, others }) {
        const range = rangeOf(options, others)
        if (range === null) return continueTrial
        if (layout?.maxResource !== range.maxResource) {
          layout = layOut(options, context, range.maxResource)
        }
        const { count, bracketOf } = layout
        const bracket = bracketOf(trial.number)
        const firstStep = options.minResource * options.reductionFactor ** bracket
        // Cheap, and true of most reports: the bracket's other trials are not needed then.
        if ((lastStepOf(trial) ?? 0) < firstStep) return continueTrial
        const quota = successiveHalvingQuota(options)
        const judge = (judges[bracket] ??= new RungJudge(context.direction, quota))
        const rivals = others.filter(({ number }) => bracketOf(number) === bracket)
        const decision = judge.judge(
          { trial, others: rivals },
          {
            firstStep,
            factor: options.reductionFactor,
            endStep: options.compat === 'none' ? range.maxResource : Number.POSITIVE_INFINITY,
            afterTrial: range.afterTrial,
          },
        )
        if (decision.action === 'continue') return decision
        const { reason, detail } = decision
        const where = { bracket, brackets: count }
        return prune(msg('pruning.inBracket', { ...where, reason }), { ...detail, ...where })
      },
    }
  },
})

/** How far trials run, and up to which number they do not count; null while that is not known. */
function rangeOf({ maxResource, compat }: Options, others: readonly TrialSnapshot[]) {
  if (maxResource !== 'auto') return { maxResource, afterTrial: -1 }
  if (compat === 'none') {
    const longest = longestComplete(others)
    return longest === null ? null : { maxResource: longest, afterTrial: -1 }
  }
  const first = firstComplete(others)
  if (first === null) return null
  return { maxResource: (lastStepOf(first) as number) + 1, afterTrial: first.number }
}

function layOut(
  { minResource, reductionFactor, compat }: Options,
  { studyName }: PrunerContext,
  maxResource: number,
) {
  const countOf = compat === 'none' ? countBrackets : optunaBracketCount
  const count = countOf(minResource, maxResource, reductionFactor)
  const shares = sharesOf(count, reductionFactor)
  const bracketsByTrial: number[] = []
  return {
    maxResource,
    count,
    bracketOf: (number: number): number =>
      (bracketsByTrial[number] ??=
        compat === 'none' ? bracketOf(number, shares) : optunaBracketOf(studyName, number, shares)),
  }
}
