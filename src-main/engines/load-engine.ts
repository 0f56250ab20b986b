import { fact } from '../core/errors/fact.ts'
import * as tf from '@tensorflow/tfjs-core'
import {
  engineNames,
  type EngineName,
  type EnginePreference,
  type PassedOver,
} from '../core/machine/engine.ts'
import { AppError, serializeError } from '../core/errors/errors.ts'
import type { Engine } from '../training/programs/program.ts'
import { startCpuEngine } from './cpu/start-cpu-engine.ts'
import { checkQuickly } from './self-check.ts'
import { enginesFolder, installedTensorflow } from './tensorflow/pack-location.ts'
import { startWasmEngine } from './wasm/start-wasm-engine.ts'

/**
 * Starts a tensor engine and checks it. `auto` takes the first of tensorflow (if its pack is
 * installed), wasm and cpu that starts and computes rightly; `info.passedOver` then says what was
 * passed over and why. An engine that was asked for by name never turns into another one.
 * @throws AppError `engine.notInstalled`, `engine.noDevice`, `engine.unavailable`, `engine.nonConforming`
 */
export async function loadEngine(preference: EnginePreference): Promise<Engine> {
  // Only silences the library's advice to install another package.
  tf.env().set('PROD', true)
  if (preference !== 'auto') return start(preference)
  const candidates = engineNames.filter(name => isCandidate(name))
  const passedOver: PassedOver[] = []
  for (const name of candidates) {
    try {
      const engine = await start(name)
      if (passedOver.length === 0) return engine
      return { ...engine, info: { ...engine.info, passedOver } }
    } catch (error) {
      if (!(error instanceof AppError) || name === candidates.at(-1)) throw error
      const { code, detail } = serializeError(error)
      passedOver.push({ engine: name, error: { code, detail } })
    }
  }
  throw new AppError('engine.unavailable', { engine: 'auto', reason: fact('failure.noEngine') })
}

/** A GPU behind WebGPU has to be asked for: small networks train faster on `wasm`. */
function isCandidate(name: EngineName): boolean {
  if (name === 'tensorflow') return installedTensorflow(enginesFolder()) !== null
  return name !== 'webgpu'
}

async function start(name: EngineName): Promise<Engine> {
  switch (name) {
    case 'tensorflow':
      return checked(await startTensorflow())
    case 'webgpu':
      return checked(await startWebgpu())
    case 'wasm':
      return checked(await startWasmEngine())
    case 'cpu':
      return checked(await startCpuEngine())
  }
}

/** Its modules load native code, so they are loaded only where it is used. */
async function startTensorflow(): Promise<Engine> {
  const folder = installedTensorflow(enginesFolder())
  if (folder === null) throw new AppError('engine.notInstalled', { engine: 'tensorflow' })
  const { startTensorflowEngine } = await import('./tensorflow/start-tensorflow-engine.ts')
  return startTensorflowEngine({ folder })
}

async function startWebgpu(): Promise<Engine> {
  const { startWebgpuEngine } = await import('./webgpu/start-webgpu-engine.ts')
  return startWebgpuEngine()
}

async function checked(engine: Engine): Promise<Engine> {
  const failures = await checkQuickly(engine)
  if (failures.length === 0) return engine
  engine.dispose()
  throw new AppError('engine.nonConforming', { engine: engine.info.name, cases: failures })
}
