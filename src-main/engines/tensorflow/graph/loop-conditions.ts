import type { Session } from '../session.ts'
import { GraphTracer } from './graph-tracer.ts'

/** Names of functions that take values of these types and return the last one. */
export type LoopConditions = (types: Int32Array) => string

/** One function for each list of types; TensorFlow never forgets them. */
export function createLoopConditions(session: Session, nextId: () => number): LoopConditions {
  const names = new Map<string, string>()
  return types => {
    const key = types.join('_')
    const cachedName = names.get(key)
    if (cachedName !== undefined) return cachedName
    const name = `condition${nextId()}`
    const tracer = new GraphTracer(session, nextId)
    try {
      const inputs = Array.from(types, type => tracer.addInput({ shape: [], type }).id)
      for (const id of inputs) tracer.use(id)
      tracer.finish(name, inputs.slice(-1))
    } finally {
      tracer.dispose()
    }
    names.set(key, name)
    return name
  }
}
