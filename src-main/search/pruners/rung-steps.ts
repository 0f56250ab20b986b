import type { StudySpecification } from '../../core/study/study-specification.ts'
import { pruners } from './registry.ts'
import { rungLadder } from './rungs.ts'

/**
 * Steps at which a pruner compares trials, up to the longest step seen; empty for pruners without rungs. Hyperband's
 * brackets stand on the same ladder, each from its own rung on.
 * @param firstCompleteStep last step of the first complete trial, for rungs that are laid out by it; null: none yet
 */
export function rungSteps(
  pruner: StudySpecification['pruner'],
  longestStep: number,
  firstCompleteStep: number | null,
): number[] {
  const { name, ...prunerOptions } = pruner
  if (name === 'patient') {
    const wrapped = prunerOptions['wrapped']
    return typeof wrapped === 'object' && wrapped !== null && 'name' in wrapped
      ? rungSteps(wrapped as StudySpecification['pruner'], longestStep, firstCompleteStep)
      : []
  }
  if (!['asha', 'hyperband', 'promotion', 'successiveHalving'].includes(name)) return []
  const options = pruners[name]?.optionsSchema.parse(prunerOptions) as Readonly<
    Record<string, unknown>
  >
  const factor = Number(options['reductionFactor'])
  const rate = Number(options['earlyStoppingRate'] ?? 0)
  const minimum =
    options['minResource'] === 'auto'
      ? firstCompleteStep === null
        ? null
        : Math.max(1, Math.floor(firstCompleteStep / 100))
      : Number(options['minResource'])
  if (minimum === null) return []
  return rungLadder(minimum * factor ** rate, factor, longestStep + 1)
}
