import type { Goal, StudySpecification } from '../../core/study/study-specification.ts'
import type { TrialSnapshot } from '../../core/trial/trial.ts'
import { resolveOptions } from '../options.ts'
import { pruners } from '../pruners/registry.ts'
import { samplers } from '../samplers/registry.ts'

/** Numbers of the finished trials that the search of a study may still go on from, so that their checkpoints stay. */
export function resumableTrials(
  { pruner, sampler, goals }: StudySpecification,
  trials: readonly TrialSnapshot[],
): number[] {
  const pruning = resolveOptions('pruner', pruners, pruner)
  const search = resolveOptions('sampler', samplers, sampler)
  const ofPruner = pruning.ok ? pruning.definition.trialsToContinue?.(trials) : undefined
  const ofSampler = search.ok
    ? search.definition.trialsToContinue?.(trials, search.options, goals[0] as Goal)
    : undefined
  return [...(ofPruner ?? []), ...(ofSampler ?? [])]
}
