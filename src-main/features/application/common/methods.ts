import type { MachineDevices } from '../../../core/machine/devices.ts'
import type { MachineUsage } from '../../../core/machine/machine.ts'
import { answer } from '../../../core/processes/call.ts'
import type { StudyEnvironment } from '../../../core/study/study.ts'
import { method } from '../../api/common/method.ts'

/** This installation, and the machine that it runs on. */
export const applicationMethods = {
  'app.describe': method(answer<AppDescription>, {}, { scope: 'read' }),
  'machine.usage': method(answer<MachineUsage>, {}, { scope: 'read' }),
  'machine.devices': method(answer<MachineDevices>, {}, { scope: 'read' }),
} as const

export interface AppDescription extends Pick<
  StudyEnvironment,
  'platform' | 'cpu' | 'cores' | 'memoryBytes'
> {
  readonly version: string
  readonly host: 'electron' | 'web'
  readonly databasePath: string
  /** It lies where processes of other machines could meet it. */
  readonly isDatabaseShared: boolean
  readonly dataFolder: string
  readonly backupFolder: string
  /** Where prepared data lie. */
  readonly cacheFolder: string
}
