import { areRepeats } from '../../../src-main/analysis/comparison/configuration-differences.ts'
import type { ComparisonRequest } from '../../../src-main/core/questions/comparison.ts'
import type { StudyDetail } from '../../../src-main/features/studies/common/rows.ts'

export type Grouping = 'repeats' | 'each' | 'authors'

type Group = ComparisonRequest['groups'][number]

/**
 * The groups that are compared: studies that are alike but for name and seed as one group, every study by itself, or what people chose against what
 * the samplers chose.
 */
export function groupStudies(
  studies: readonly StudyDetail[],
  grouping: Grouping,
  words: { readonly person: string; readonly sampler: string; readonly repeats: string },
): Group[] {
  if (studies.length === 0) return []
  if (grouping === 'authors') {
    return (['person', 'sampler'] as const).map(by => ({
      name: words[by],
      members: studies.map(({ id }) => ({ studyId: id, by })),
    }))
  }
  const groups: StudyDetail[][] = []
  for (const study of studies) {
    const group =
      grouping === 'repeats'
        ? groups.find(([first]) => first && areRepeats(first.specification, study.specification))
        : undefined
    if (group === undefined) groups.push([study])
    else group.push(study)
  }
  return groups.map(members => ({
    name: `${members[0]?.name ?? ''}${members.length > 1 ? ` (${members.length} ${words.repeats})` : ''}`,
    members: members.map(({ id }) => ({ studyId: id, by: 'all' as const })),
  }))
}
