import { msg } from '../core/errors/message.ts'
import * as tf from '@tensorflow/tfjs-core'
import { engineNames } from '../core/machine/engines/registry.ts'
import type { EnginePreference, PassedOver } from '../core/machine/engine.ts'
import { AppError, serializeError } from '../core/errors/errors.ts'
import type { Engine } from '../training/compiled/compiled-function.ts'
import { engines } from './registry.ts'
import { checkQuickly } from './self-check.ts'

/**
 * Starts a tensor engine and checks it. `auto` takes the first of tensorflow (if its pack is
 * installed), wasm and cpu that starts and computes rightly; `info.passedOver` then says what was
 * passed over and why. An engine that was asked for by name never turns into another one.
 * @throws AppError `engine.notInstalled`, `engine.noDevice`, `engine.unavailable`, `engine.nonConforming`
 */
export async function loadEngine(preference: EnginePreference): Promise<Engine> {
  // Only silences the library's advice to install another package.
  tf.env().set('PROD', true)
  if (preference !== 'auto') return checked(await engines[preference].start())
  const candidates = engineNames.filter(name => engines[name].isAutomatic?.() ?? true)
  const passedOver: PassedOver[] = []
  for (const name of candidates) {
    try {
      const engine = await checked(await engines[name].start())
      if (passedOver.length === 0) return engine
      return { ...engine, info: { ...engine.info, passedOver } }
    } catch (error) {
      if (!(error instanceof AppError) || name === candidates.at(-1)) throw error
      const { code, detail } = serializeError(error)
      passedOver.push({ engine: name, error: { code, detail } })
    }
  }
  throw new AppError('engine.unavailable', { engine: 'auto', reason: msg('failure.noEngine') })
}

async function checked(engine: Engine): Promise<Engine> {
  const failures = await checkQuickly(engine)
  if (failures.length === 0) return engine
  engine.dispose()
  throw new AppError('engine.nonConforming', { engine: engine.info.name, cases: failures })
}
