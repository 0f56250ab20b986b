import { computingNames, type ComputingName } from '../core/machine/engines/registry.ts'
import type { EngineCheck } from '../core/machine/engine-check.ts'
import { serializeError } from '../core/errors/errors.ts'
import { connect } from '../platform/processes/connect.ts'

/** The `cpu` engine, pure JavaScript, needs the longest for its conformance cases. */
const LIMIT_MS = 120_000

/** Checks every engine of the ladder, best first, and the libraries of trees, each in a throw-away process. */
export async function checkEngines(
  onChecked: (name: ComputingName, check: EngineCheck) => void,
): Promise<void> {
  for (const name of computingNames) onChecked(name, await checkEngine(name))
}

/**
 * Loads one engine in a child, runs the conformance suite and times a training step.
 * @param engines folder with the engine packs; the user's own if left out
 */
export async function checkEngine(name: ComputingName, engines?: string): Promise<EngineCheck> {
  try {
    const request = { engine: name, ...(engines === undefined ? {} : { engines }) }
    const findings = await connect('engine-check', { kind: 'once', limitMs: LIMIT_MS }).call(
      'check',
      request,
    )
    return { ok: true, ...findings }
  } catch (error) {
    return { ok: false, error: serializeError(error) }
  }
}
