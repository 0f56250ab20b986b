import { engineNames, type EngineName } from '../contract/engine.ts'
import type { EngineCheck, EngineCheckRequest } from '../contract/engine-check.ts'
import { serializeError } from '../contract/errors.ts'
import { ChildHandle } from '../processes/child-handle.ts'

/** The `cpu` engine, pure JavaScript, needs the longest for its conformance cases. */
const limitMs = 120_000

/** Checks every engine of the ladder, best first, each in a throw-away process. */
export async function checkEngines(
  onChecked: (name: EngineName, check: EngineCheck) => void,
): Promise<void> {
  for (const name of engineNames) onChecked(name, await checkEngine(name))
}

/**
 * Loads one engine in a child, runs the conformance suite and times a training step.
 * @param engines folder with the engine packs; the user's own if left out
 */
export async function checkEngine(name: EngineName, engines?: string): Promise<EngineCheck> {
  return new Promise(resolve => {
    const child = new ChildHandle<EngineCheck, EngineCheckRequest>({
      name: `engine ${name}`,
      entry: new URL('../children/engine-check.ts', import.meta.url),
      onMessage: resolve,
      onExit: exit => {
        clearTimeout(timer)
        // After an answer this changes nothing: a promise settles once.
        resolve({ ok: false, error: serializeError(ChildHandle.goneError(`engine ${name}`, exit)) })
      },
    })
    const timer = setTimeout(() => {
      child.kill()
    }, limitMs)
    child.send({ engine: name, ...(engines === undefined ? {} : { engines }) })
  })
}
