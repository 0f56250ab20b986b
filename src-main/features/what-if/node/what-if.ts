import { msg } from '../../../core/errors/message.ts'
import type { WhatIf } from '../../../core/questions/what-if.ts'
import { AppError } from '../../../core/errors/errors.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { pruners } from '../../../search/pruners/registry.ts'
import { samplers } from '../../../search/samplers/registry.ts'
import { resolveOptions } from '../../../search/options.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { replayPruner } from './replay-pruner.ts'
import { simulateSamplers } from './simulate-sampler.ts'

export interface WhatIfQuestion {
  /** Name or id. */
  readonly study: string
  readonly sampler: StudySpecification['sampler'] | null
  readonly pruner: StudySpecification['pruner'] | null
  /** Trials of a simulated run; default those of the study. */
  readonly budget: number | null
  /** Simulated runs of each sampler. */
  readonly runs: number
  /** @param share 0…1 */
  readonly onProgress?: (share: number) => void
}

/** A budget beyond this is a study of its own, not a question. */
const MAX_TRIALS = 2_000

/**
 * Trials that another pruner would have stopped on the stored curves, and values that another sampler or budget would find on a surrogate.
 * @throws AppError `specification.invalid` for samplers and pruners that cannot be, `study.noTrials` where there is too little to go by
 */
export function whatIf(
  reader: Pick<StudyReader, 'findStudy' | 'history'>,
  { study: name, sampler, pruner, budget, runs, onProgress = () => undefined }: WhatIfQuestion,
): WhatIf {
  const study = reader.findStudy(name)
  const { specification } = study
  const problems = [
    ...(sampler === null ? [] : problemsOf(resolveOptions('sampler', samplers, sampler))),
    ...(pruner === null ? [] : problemsOf(resolveOptions('pruner', pruners, pruner))),
  ]
  if (problems.length > 0) throw new AppError('specification.invalid', { problems })
  const history = reader.history(study.id)
  const trials = Math.min(budget ?? history.length, MAX_TRIALS)
  const simulates = sampler !== null || (budget !== null && pruner === null)
  const simulation = simulates
    ? simulateSamplers(specification, history, {
        samplers: sampler === null ? [specification.sampler] : [specification.sampler, sampler],
        budget: Math.max(1, trials),
        runs,
        seed: specification.seed,
        onProgress: share => {
          onProgress(pruner === null ? share : share / 2)
        },
      })
    : null
  if (simulation !== null && !simulation.ok) {
    const rule =
      simulation.reason === 'tooFewTrials'
        ? msg('rule.trials.surrogate', { trials: simulation.trials, needed: simulation.needed })
        : simulation.reason === 'noVariation'
          ? msg('rule.trials.sameValue')
          : msg('rule.trials.sameParameters')
    throw new AppError('study.noTrials', { study: study.name, rule })
  }
  const replay =
    pruner === null
      ? null
      : replayPruner(specification, history, pruner, share => {
          onProgress(simulates ? (1 + share) / 2 : share)
        })
  if (replay?.trials === 0) {
    throw new AppError('study.noTrials', {
      study: study.name,
      rule: msg('rule.trials.noReports'),
    })
  }
  return { study: study.name, pruner: replay, sampler: simulation }
}

function problemsOf(result: ReturnType<typeof resolveOptions>) {
  return result.ok ? [] : result.problems
}
