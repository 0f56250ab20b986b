import path from 'node:path'
import { describeEnvironment, tunewrightVersion } from '../../../platform/machine/environment.ts'
import { isShared } from '../../../platform/storage/shared-file-systems.ts'
import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { applicationMethods } from '../common/methods.ts'

/** This installation, and the machine that it runs on. */
export function applicationHandlers({
  workspace,
  kind,
  host,
  devices,
}: MethodContext): Handlers<typeof applicationMethods> {
  return {
    'app.describe': async () => {
      const { platform, cpu, cores, memoryBytes } = describeEnvironment()
      return {
        version: tunewrightVersion(),
        host: kind,
        databasePath: workspace.databasePath,
        isDatabaseShared: isShared(workspace.databasePath),
        dataFolder: path.dirname(workspace.databasePath),
        backupFolder: workspace.backupDirectory,
        cacheFolder: workspace.datasetCacheDirectory,
        platform,
        cpu,
        cores,
        memoryBytes,
      }
    },
    'machine.usage': async () => host.monitor.usage(),
    'machine.devices': devices,
  }
}
