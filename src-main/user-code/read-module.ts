import { AppError, deserializeError } from '../contract/errors.ts'
import type { JsonValue } from '../contract/json.ts'
import type { ModuleObjective } from '../contract/user-code.ts'
import { ChildHandle } from '../processes/child-handle.ts'
import { describeCode, modulePath } from './describe-code.ts'
import type { ModuleDescription } from './module-space.ts'
import { TrustStore } from './trust-store.ts'

const entry = new URL('../children/describe-module.ts', import.meta.url)
const limitMs = 30_000

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
  const description = await new Promise<ModuleDescription>((resolve, reject) => {
    const child = new ChildHandle<ModuleDescription, { readonly file: string }>({
      name: 'module',
      entry,
      onMessage: resolve,
      onExit: exit => {
        clearTimeout(timer)
        reject(ChildHandle.goneError('module', exit))
      },
    })
    const timer = setTimeout(() => {
      reject(new AppError('child.startTimeout', { child: 'module', limitMs }))
      child.kill()
    }, limitMs)
    child.send({ file: modulePath(objective, studyDirectory) })
  })
  if (!description.ok) throw deserializeError(description.error)
  return description.space
}
