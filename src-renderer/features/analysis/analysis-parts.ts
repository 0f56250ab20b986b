import { useAnalysis } from '../../stores/analysis.ts'
import { useLiveStudy } from '../../stores/live-study.ts'

/** The parts of the analysis by what they are about, in the order of the page. */
export const analysisGroups = {
  result: ['progress', 'front', 'customChart'],
  parameters: ['importance', 'dependence', 'pairs'],
  search: ['timeline', 'generations', 'proposal'],
  trust: ['confirm', 'verify', 'whatIf'],
} as const
export type AnalysisGroup = keyof typeof analysisGroups
export type AnalysisPart = (typeof analysisGroups)[AnalysisGroup][number]
export const analysisParts: readonly AnalysisPart[] = Object.values(analysisGroups).flat()

/** Whether a part can say anything about the open study. */
export function partApplies(part: AnalysisPart): boolean {
  const analysis = useAnalysis()
  if (part === 'front') return analysis.goals.length > 1
  if (part === 'importance' || part === 'dependence') return analysis.axes.length > 0
  if (part === 'pairs') return analysis.axes.length > 1
  const { study } = useLiveStudy()
  return part !== 'generations' || study?.capabilities.worksInGenerations !== false
}
