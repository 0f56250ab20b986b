import type { Api } from '../../contract/api/methods.ts'
import type { AnalysisService } from '../../queries/analysis-service.ts'

/** What the analysis process answers. */
export function analysisMethods(
  analysis: AnalysisService,
): Pick<Api, 'study.analyse' | 'studies.compare'> {
  return {
    'study.analyse': async ({ studyId, trials, question }) => {
      const result = await analysis.ask({ kind: 'study', studyId, trials, question })
      if (result.kind !== 'study') throw new Error('the analysis process answered another task')
      return result.answer
    },
    'studies.compare': async request => {
      const result = await analysis.ask({ kind: 'comparison', request })
      if (result.kind !== 'comparison')
        throw new Error('the analysis process answered another task')
      return result.comparison
    },
  }
}
