import { ownValue } from '../core/values/named-values.ts'
import type { StudyCapabilities } from '../core/study/study-capabilities.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { pruners } from './pruners/registry.ts'
import { samplers } from './samplers/registry.ts'

/** What the sampler and the pruner of a study can do, for whoever does not know them. */
export function studyCapabilities({
  sampler,
  pruner,
}: Pick<StudySpecification, 'sampler' | 'pruner'>): StudyCapabilities {
  const search = ownValue(samplers, sampler.name)
  const pruning = ownValue(pruners, pruner.name)
  return {
    worksInGenerations: search?.worksInGenerations === true,
    readsCurves: search?.readsCurves === true || pruning?.readsCurves !== false,
    needsCheckpoints: search?.needsCheckpoints?.(sampler) === true,
    splitsTrainings:
      search?.splitsTrainings?.(sampler) === true || pruning?.continuesTrials === true,
    fullSteps: search?.fullSteps?.(sampler) ?? pruning?.fullSteps?.(pruner) ?? null,
  }
}
