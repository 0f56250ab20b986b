import type { MachineDevices } from '../../../core/machine/devices.ts'
import type { JsonObject } from '../../../core/values/json.ts'
import type { EngineService } from '../../../engines/engine-service.ts'
import type { PreparedForPrograms } from '../../../datasets/prepared-for-programs.ts'
import type { Queries } from '../../analysis/node/query-service.ts'
import type { TrialFiles } from '../../artifacts/node/trial-files.ts'
import type { StudyTexts } from '../../studies/node/study-texts.ts'
import type { CodeGate } from '../../code-trust/node/code-gate.ts'
import type { ApiOptions } from './api-options.ts'
import type { FileGate } from './file-gate.ts'

/** What the implementation of methods works with. Faces and programs share the services, and differ in the rest. */
export interface MethodContext extends Omit<ApiOptions, 'queries'> {
  readonly queries: Queries
  readonly engines: EngineService
  readonly devices: () => Promise<MachineDevices>
  readonly trialFiles: TrialFiles
  /** Reads study files of the caller. */
  readonly studyTexts: StudyTexts
  /** Which files the caller may name. */
  readonly files: FileGate
  /** Which code the caller may start. */
  readonly gate: CodeGate
  /** Bounds what checks leave in the cache; absent: a person asks. */
  readonly prepared?: PreparedForPrograms
  /** The program that acts for a person, for the events; absent: a person does. */
  readonly by?: JsonObject
}
