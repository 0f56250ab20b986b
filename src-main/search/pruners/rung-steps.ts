import type { StudySpecification } from '../../core/study/study-specification.ts'
import { resolveOptions } from '../options.ts'
import { pruners } from './registry.ts'

/**
 * Steps at which a pruner compares trials, up to the longest step seen; empty for pruners without rungs.
 * @param firstCompleteStep last step of the first complete trial, for rungs that are laid out by it; null: none yet
 */
export function rungSteps(
  pruner: StudySpecification['pruner'],
  longestStep: number,
  firstCompleteStep: number | null,
): number[] {
  const resolved = resolveOptions('pruner', pruners, pruner)
  if (!resolved.ok) return []
  const { definition, options } = resolved
  return definition.rungSteps?.(options, longestStep, firstCompleteStep) ?? []
}
