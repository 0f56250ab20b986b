import { z } from 'zod'
import type { ExecutorDefinition } from '../../common/executor-definition.ts'

const optionsSchema = z
  .strictObject({
    slots: z.int().min(1).max(256).optional().describe('option.executor.local.slots'),
  })
  .describe('option.executor.local.all')
export type LocalOptions = z.output<typeof optionsSchema>

/** Trials run in processes on this computer. */
export const local: ExecutorDefinition<LocalOptions> = {
  name: 'local',
  optionsSchema,
  supports: ['task', 'module', 'function', 'command'],
  runsElsewhere: false,
  outlivesSession: false,
  keepsProcesses: true,
  readsLogs: true,
  returnsCheckpoints: true,
  reportsStart: false,
  stopsAtRungs: false,
  needsTrialFolders: false,
  autoEngine: null,
  mixesWithLocal: false,
  capacity: ({ slots }) => slots ?? Number.POSITIVE_INFINITY,
  check: () => [],
}
