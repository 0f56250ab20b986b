import { msg } from '../../../core/errors/message.ts'
import { signOf } from '../../../core/trial/ranking.ts'
import { z } from 'zod'
import type { Proposal } from '../../../core/processes/search-protocol.ts'
import type { TrialSnapshot } from '../../../core/trial/trial.ts'
import { bracketOf, countBrackets, sharesOf } from '../shared/brackets.ts'
import {
  definePruner,
  continueTrial,
  prune,
  type PrunerContext,
  type PruningRequest,
} from '../pruner.ts'
import { maxResourceOf, rungLadder } from '../shared/rungs.ts'

/**
 * ASHA in the form of its paper: every trial waits at its rung, and the best of a rung go on from their checkpoints
 * when a slot is free. Rung k stands at step r_k = minResource·reductionFactor^k, below maxResource. A trial that reaches one ends
 * there as pruned with a checkpoint. Before anything new is tried, the rungs are looked through from the top
 * (algorithm 2, get_job): among the ⌊n/η⌋ best of the n trainings that came to rung k, the best that was not yet
 * promoted continues as a new trial, with the same parameters and seed. If there is none, the sampler proposes.
 *
 * With `brackets` above 1 it is asynchronous Hyperband: a new trial's first rung is that of its bracket b, and brackets are
 * shared out as in Hyperband (algorithm 1 of its paper), by the number of the trial.
 *
 * In contrast to `asha`, the stop form, nobody is given up for good: a trial that was below
 * the quota goes on when enough worse ones have come. It needs checkpoints (`checkpoint.atEnd`).
 *
 * Limits: as for halving, early values must tell something about late ones. Samplers see every run as a trial of its own.
 *
 * Li et al.: A system for massively parallel hyperparameter tuning. MLSys 2020, arXiv:1810.05934. Li, Jamieson, DeSalvo,
 * Rostamizadeh, Talwalkar: Hyperband. JMLR 18(185), 2018, arXiv:1603.06560.
 */
export const promotionPruner = definePruner({
  name: 'promotion',
  continuesTrials: true,
  fullSteps: maxResourceOf,
  rungSteps: ({ minResource, reductionFactor }, longestStep) =>
    rungLadder(minResource, reductionFactor, longestStep + 1),
  trialsToContinue: unpromoted,
  optionsSchema: z.strictObject({
    minResource: z.int().min(1).default(1).describe('option.promotion.minResource'),
    maxResource: z.int().min(2).describe('option.promotion.maxResource'),
    reductionFactor: z.int().min(2).default(3).describe('option.promotion.reductionFactor'),
    brackets: z.int().min(1).default(1).describe('option.promotion.brackets'),
  }),

  check({ minResource, maxResource, reductionFactor, brackets }) {
    if (minResource >= maxResource) {
      const rule = msg('rule.aboveOption', { option: 'minResource', limit: minResource })
      return [{ path: ['pruner', 'maxResource'], value: maxResource, rule }]
    }
    const most = countBrackets(minResource, maxResource, reductionFactor)
    if (brackets <= most) return []
    const rule = msg('rule.brackets', { limit: most })
    return [{ path: ['pruner', 'brackets'], value: brackets, rule }]
  },

  create(options, context) {
    const rungs = rungLadder(options.minResource, options.reductionFactor, options.maxResource)
    const shares = sharesOf(options.brackets, options.reductionFactor)
    /** The lowest rung of a trial's bracket. */
    const firstOf = ({ trial, others }: PruningRequest): number =>
      shares.length === 1 ? 0 : bracketOf(rootOf(trial, byNumber(others)), shares)
    return {
      nextRung(request) {
        const first = firstOf(request)
        const since = startOf(request.trial)
        const step = rungs.find((at, index) => index >= first && at > since)
        return { step: step ?? options.maxResource, isFull: step === undefined }
      },
      judge({ trial, others }) {
        const step = trial.reports.at(-1)?.step ?? 0
        const before = Math.max(trial.reports.at(-2)?.step ?? 0, startOf(trial))
        const first = firstOf({ trial, others })
        const rung = rungs.findIndex((at, index) => index >= first && at > before && at <= step)
        if (rung < 0) return continueTrial
        const rungStep = rungs[rung] as number
        const reason = msg('pruning.waitsAtRung', { rung, step: rungStep })
        return prune(reason, { step, rung, rungStep, bracket: first })
      },
      promote: trials => promote(trials, rungs, options.reductionFactor, context),
    }
  },
})

/** The step after which a trial trains: rungs up to there are behind it, a fork's too. */
function startOf({ origin }: TrialSnapshot): number {
  return origin === undefined || origin.mode === 'initialize' ? 0 : origin.step
}

interface Entry {
  readonly trial: TrialSnapshot
  readonly value: number
  readonly step: number
}

function promote(
  trials: readonly TrialSnapshot[],
  rungs: readonly number[],
  reductionFactor: number,
  { direction }: PrunerContext,
): Proposal | null {
  const parents = new Set(
    trials.flatMap(({ origin }) => (origin?.mode === 'continue' ? [origin.trial] : [])),
  )
  const trialsByNumber = byNumber(trials)
  for (let rung = rungs.length - 1; rung >= 0; rung--) {
    const entries = entriesAt(
      trials,
      trialsByNumber,
      rungs[rung] as number,
      rungs[rung + 1] ?? Infinity,
    )
    // Low is good; NaN is last.
    const score = ({ value }: Entry): number =>
      Number.isNaN(value) ? Number.POSITIVE_INFINITY : signOf(direction) * value
    const ranked = [...entries.values()].sort(
      (a, b) => score(a) - score(b) || a.trial.number - b.trial.number,
    )
    const quota = Math.floor(ranked.length / reductionFactor)
    const entry = ranked
      .slice(0, quota)
      .find(
        ({ trial, value, step }) =>
          trial.state === 'pruned' &&
          trial.excluded !== true &&
          !Number.isNaN(value) &&
          trial.reports.at(-1)?.step === step &&
          !parents.has(trial.number),
      )
    if (entry === undefined) continue
    const { trial, value, step } = entry
    const { number, parameters } = trial
    const ranking = { rung, step, rank: ranked.indexOf(entry) + 1, count: ranked.length, quota }
    const reason = msg('proposal.promoted', { trial: number, value, ...ranking })
    return {
      parameters,
      origin: { trial: number, step, mode: 'continue' },
      provenance: { sampler: 'promotion', reason, detail: { parent: number, ...ranking } },
    }
  }
  return null
}

/** The trainings as they came to a rung, by the number of the trial that each of them began with. */
function entriesAt(
  trials: readonly TrialSnapshot[],
  trialsByNumber: ReadonlyMap<number, TrialSnapshot>,
  from: number,
  below: number,
): Map<number, Entry> {
  const entries = new Map<number, Entry>()
  for (const trial of trials) {
    const report = trial.reports.find(({ step }) => step >= from && step < below)
    if (report === undefined) continue
    const root = rootOf(trial, trialsByNumber)
    // A trial that goes on between two rungs has its entry from its parent.
    const since = trial.origin?.mode === 'continue' ? trial.origin.step : 0
    if (since >= from && entries.has(root)) continue
    entries.set(root, { trial, ...report })
  }
  return entries
}

function byNumber(trials: readonly TrialSnapshot[]): Map<number, TrialSnapshot> {
  return new Map(trials.map(trial => [trial.number, trial]))
}

/** Number of the trial that a training began with. */
function rootOf(trial: TrialSnapshot, trialsByNumber: ReadonlyMap<number, TrialSnapshot>): number {
  let root = trial
  while (root.origin?.mode === 'continue') {
    const parent = trialsByNumber.get(root.origin.trial)
    if (parent === undefined) break
    root = parent
  }
  return root.number
}

/** Trials that wait at a rung: stopped, and not promoted yet. */
function unpromoted(trials: readonly TrialSnapshot[]): number[] {
  const promoted = new Set(
    trials.flatMap(({ origin }) => (origin?.mode === 'continue' ? [origin.trial] : [])),
  )
  return trials
    .filter(({ state, number }) => state === 'pruned' && !promoted.has(number))
    .map(({ number }) => number)
}
