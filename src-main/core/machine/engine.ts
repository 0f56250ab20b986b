import { z } from 'zod'
import { deserializeError, errorMessage, type SerializedError } from '../errors/errors.ts'
import { type MessageDescriptor, msg } from '../errors/message.ts'
import { type ComputingName, type EngineName, engineNames } from './engines/registry.ts'

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
