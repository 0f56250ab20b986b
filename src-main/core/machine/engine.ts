import { z } from 'zod'
import { deserializeError, errorMessage, type SerializedError } from '../errors/errors.ts'
import { type MessageDescriptor, msg } from '../errors/message.ts'

/**
 * Tensor backends that a study can ask for, best first; `auto` takes the first that passes its checks. Not `webgpu`,
 * which is faster than `wasm` for large networks only: it has to be asked for.
 */
export const engineNames = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const
export type EngineName = (typeof engineNames)[number]

/** Libraries of boosted trees that come as packs, as TensorFlow does. */
export const boosterPackNames = ['lightgbm', 'xgboost'] as const
export type BoosterPack = (typeof boosterPackNames)[number]

/** Libraries that are installed from published wheels, on demand. */
export const packNames = ['tensorflow', ...boosterPackNames] as const
export type PackName = (typeof packNames)[number]

/** Everything that is checked, best first. */
export const computingNames = [...engineNames, ...boosterPackNames] as const
export type ComputingName = (typeof computingNames)[number]

export function isBoosterPack(name: ComputingName): name is BoosterPack {
  return boosterPackNames.some(pack => pack === name)
}

export function isPack(name: ComputingName): name is PackName {
  return packNames.some(pack => pack === name)
}

export const enginePreferenceSchema = z.enum(['auto', ...engineNames])
export type EnginePreference = z.infer<typeof enginePreferenceSchema>

/** The engine that trained a trial; recorded with every attempt. */
export interface EngineInfo {
  readonly name: EngineName
  /** Names of what computes, e.g. `WebAssembly SIMD`. */
  readonly device: string
  /** Of the processor; absent where a GPU computes. */
  readonly threads?: number
  /** Library name to version, e.g. `{ '@tensorflow/tfjs-core': '4.22.0' }`. */
  readonly versions: Readonly<Record<string, string>>
  /** Present when better engines were passed over: which, and what each threw. */
  readonly passedOver?: readonly PassedOver[]
  /** The same as text, of databases from before; nothing writes it any more. */
  readonly fallbackReason?: string
}

/** The device with its threads, for people. */
export function engineDevice({
  device,
  threads,
}: Pick<EngineInfo, 'device' | 'threads'>): MessageDescriptor {
  return msg('engines.device', { device, threads })
}

export interface PassedOver {
  readonly engine: ComputingName
  readonly error: Pick<SerializedError, 'code' | 'detail'>
}

/** Which better engines were passed over, and why; empty where none was. */
export function passedOverMessages({
  passedOver = [],
}: Pick<EngineInfo, 'passedOver'>): MessageDescriptor[] {
  return passedOver.map(({ engine, error }) =>
    msg('list.named', { name: engine, value: errorMessage(deserializeError(error)) }),
  )
}

/**
 * Whether an engine pack with CUDA computes on the CPU, because TensorFlow found no GPU.
 * @param device what its engine says that it computes on
 */
export function findsNoGpu(pack: { readonly gpu: boolean }, device: string): boolean {
  return pack.gpu && !/\bGPU\b/.test(device)
}
