import type { JsonValue } from '../../core/values/json.ts'
import type { ModuleObjective } from '../../core/study/user-code.ts'
import { connect } from '../processes/connect.ts'
import { describeCode, modulePath } from './describe-code.ts'
import { TrustStore } from './trust-store.ts'

const LIMIT_MS = 30_000

/**
 * The search space that a module exports; it is run for that, in a process of its own.
 * @throws AppError `userCode.untrusted`, `file.notFound`, `child.gone`, and what the module throws
 */
export async function readModuleSpace(
  objective: ModuleObjective,
  studyDirectory: string,
  trustFile: string,
): Promise<JsonValue> {
  new TrustStore(trustFile).require(await describeCode(objective, studyDirectory))
  const module = connect('describe-module', { kind: 'once', limitMs: LIMIT_MS })
  return module.call('space', modulePath(objective, studyDirectory))
}
