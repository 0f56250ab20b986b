import type { ObjectiveHost } from '../../src-main/training/objectives/objective-host.ts'

export interface RecordingHost extends ObjectiveHost {
  readonly reports: { readonly step: number; readonly metrics: Readonly<Record<string, number>> }[]
  checkpointCalls(): number
}

/**
 * Remembers what it is told.
 * @param stopAt the report (by step) or the checkpoint (by number, from 1) that answers `stop`
 */
export function recordingHost(
  stopAt: { readonly step?: number; readonly checkpoint?: number } = {},
): RecordingHost {
  const reports: RecordingHost['reports'] = []
  let checkpoints = 0
  return {
    reports,
    checkpointCalls: () => checkpoints,
    report: async (step, metrics) => {
      reports.push({ step, metrics })
      return step === stopAt.step ? 'stop' : 'continue'
    },
    yieldNow: async () => (++checkpoints === stopAt.checkpoint ? 'stop' : 'continue'),
    wait: async () => undefined,
  }
}
