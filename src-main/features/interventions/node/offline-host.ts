import type { InterventionHost } from './interventions.ts'

/** For a process that holds the database and runs no study: nobody has to follow. */
export const offlineHost: InterventionHost = {
  isRunning: () => false,
  intervened: () => undefined,
  removed: () => undefined,
  suspendTrial: () => undefined,
  unsuspendTrial: () => undefined,
}
