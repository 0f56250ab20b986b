import { byName } from '../../../core/values/named-values.ts'
import type { McpTool } from '../tool.ts'
import { analysisTools } from './analysis-tools.ts'
import { dataTools } from './data-tools.ts'
import { studyTools } from './study-tools.ts'
import { trialTools } from './trial-tools.ts'

/** Every tool for assistants, in the order in which they see them. What they cannot do, the HTTP API can. */
export const mcpTools: readonly McpTool[] = [
  ...studyTools,
  ...trialTools,
  ...analysisTools,
  ...dataTools,
]

export const toolsByName = byName(mcpTools)
